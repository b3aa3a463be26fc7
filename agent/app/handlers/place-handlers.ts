import type { BridgeHandlers } from '../app.ts';
import type { AppParts } from './app-parts.ts';

/** Whose servers this app works with. Another place begins without anybody logged in and without running jobs. */
export function placeHandlers({ place, account, queue, state }: AppParts) {
  async function moved(): Promise<void> {
    account.leave();
    await queue.cancelAll();
  }
  return {
    'app.state': async () => state(),
    'place.here': async () => {
      await place.chooseHere();
      await moved();
      return {};
    },
    'place.team': async (addresses) => {
      await place.chooseTeam(addresses);
      await moved();
      return {};
    },
    'place.leave': async () => {
      await moved();
      await place.leave();
      return {};
    },
    'servers.test': async (addresses) => {
      await place.test(addresses);
      return {};
    },
  } satisfies Partial<BridgeHandlers>;
}
