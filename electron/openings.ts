import { app } from 'electron';
import type { App } from '../agent/app/app.ts';
import { bridgeErrorOf } from '../agent/app/bridge-error.ts';
import type { BridgeError } from '../shared/bridge/state.ts';
import { isSealkeepError } from '../shared/errors/error.ts';
import type { Call } from './ipc.ts';
import { type Opening, parseArguments, parseOpening } from './opening.ts';

export interface Openings {
  /** Hands over what has come so far and what comes from now on. */
  deliverTo(take: (opening: Opening) => void): void;
}

/**
 * Listens for what the system asks to be opened, from before the app is ready: macOS tells of the file that started it
 * early.
 */
export function registerOpenings(argv: readonly string[], platform: NodeJS.Platform): Openings {
  const waiting: Opening[] = [];
  let take = (opening: Opening) => {
    waiting.push(opening);
  };
  const offer = (given: string) => {
    const opening = parseOpening(given, platform);
    if (opening) take(opening);
  };
  app.on('open-file', (event, file) => {
    event.preventDefault();
    offer(file);
  });
  app.on('open-url', (event, address) => {
    event.preventDefault();
    offer(address);
  });
  app.on('second-instance', (_, later) => {
    take({ kind: 'window' });
    for (const opening of parseArguments(later, platform)) take(opening);
  });
  waiting.push(...parseArguments(argv, platform));
  return {
    deliverTo(next) {
      take = next;
      for (const opening of waiting.splice(0)) next(opening);
    },
  };
}

/**
 * Opens files that the system asks for as if they had been dropped: at once, or when somebody has logged in.
 * @param tell told of what cannot be opened: no page asked for it, so none would say.
 */
export function createFileOpening(
  app: Pick<App, 'on' | 'offerPath' | 'report'>,
  call: Call,
  user: () => string | null,
  tell: (error: BridgeError) => void,
) {
  const waiting: string[] = [];
  const openNow = async (file: string) => {
    const { ref } = await app.offerPath(file, 'file');
    const result = await call('jobs.start', { refs: [ref] });
    if (!result.ok) tell(result.error);
  };
  const openWaiting = () => {
    if (user() === null) return;
    for (const file of waiting.splice(0)) {
      openNow(file).catch((error: unknown) => {
        if (!isSealkeepError(error)) app.report(error);
        tell(bridgeErrorOf(error));
      });
    }
  };
  app.on('app.changed', openWaiting);
  return (file: string): void => {
    waiting.push(file);
    openWaiting();
  };
}
