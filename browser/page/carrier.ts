import type { BridgeCarrier } from '../../shared/bridge/carrier.ts';
import { createCarrier } from './create-carrier.ts';
import { pageWorldOf } from './page-world.ts';

const sealkeep: BridgeCarrier = createCarrier(pageWorldOf(window));
Object.defineProperty(window, 'sealkeep', { value: Object.freeze(sealkeep) });

// A fresh address opened in this very tab changes only its fragment, which loads nothing by itself.
window.addEventListener('hashchange', () => {
  if (/^#[\w-]{43}$/.test(window.location.hash)) window.location.reload();
});
