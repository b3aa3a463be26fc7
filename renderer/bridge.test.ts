// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest';
import type { BridgeCarrier } from '../shared/bridge/carrier.ts';
import { call, offer } from './bridge.ts';

afterEach(() => {
  delete window.sealkeep;
  vi.unstubAllGlobals();
});

test('a carrier that breaks is an error like any other, and its cause is not lost', async () => {
  const cause = new TypeError('the sender is not the page');
  const broken = () => Promise.reject(cause);
  const told = vi.fn();
  vi.stubGlobal('reportError', told);
  window.sealkeep = { call: broken, offer: broken } as unknown as BridgeCarrier;
  const error = { code: 'INTERNAL', details: {} };
  expect(await call('app.state', {})).toEqual({ ok: false, error });
  expect(await offer([new File([], 'a.txt')])).toEqual({ taken: [], leftOut: [{ name: 'a.txt', error }] });
  expect(told.mock.calls).toEqual([[cause], [cause]]);
});
