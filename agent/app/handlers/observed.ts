import { isSealkeepError } from '../../../shared/errors/error.ts';
import type { BridgeHandlers } from '../app.ts';
import type { AppParts } from './app-parts.ts';

/**
 * What follows from the failure of a call or a job of somebody's turn: a login that has ended ends the turn, and servers
 * that do not answer are looked at.
 */
export function createFailureWatch({ account, place }: Pick<AppParts, 'account' | 'place'>) {
  return (error: unknown, turn: object): void => {
    account.observe(error, turn);
    if (isSealkeepError(error, 'SERVER_UNREACHABLE') || isSealkeepError(error, 'SERVER_TIMEOUT'))
      place.suspect();
  };
}

/** The same handlers, whose failures are watched. */
export function observed(
  handlers: BridgeHandlers,
  { account, work }: Pick<AppParts, 'account' | 'work'>,
): BridgeHandlers {
  const entries = Object.entries(handlers).map(([name, handle]) => [
    name,
    async (input: never) => {
      const turn = account.turn();
      try {
        return await handle(input);
      } catch (error) {
        work.failed(error, turn);
        throw error;
      }
    },
  ]);
  return Object.fromEntries(entries) as BridgeHandlers;
}
