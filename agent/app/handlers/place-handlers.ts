import type { BridgeHandlers } from '../app.ts';
import type { AppParts } from './app-parts.ts';

/** Whose servers this app works with. */
export function placeHandlers({ place, state }: AppParts) {
  return {
    'app.state': async () => {
      // A command in the same data folder may have registered somebody meanwhile.
      await place.learnLastUser();
      return state();
    },
    'place.here': async () => {
      await place.chooseHere();
      return {};
    },
    'place.team': async (addresses) => {
      await place.chooseTeam(addresses);
      return {};
    },
    'place.leave': async () => {
      await place.leave();
      return {};
    },
    'servers.test': async (addresses) => {
      await place.test(addresses);
      return {};
    },
  } satisfies Partial<BridgeHandlers>;
}
