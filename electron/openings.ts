import { app } from 'electron';
import type { App } from '../agent/app/app.ts';
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

/** Opens files that the system asks for as if they had been dropped: at once, or when somebody has logged in. */
export function createFileOpening(
  app: Pick<App, 'on' | 'offerPath' | 'report'>,
  call: Call,
  user: () => string | null,
) {
  const waiting: string[] = [];
  const openNow = async (file: string) => {
    const { ref } = await app.offerPath(file);
    await call('jobs.start', { refs: [ref] });
  };
  const openWaiting = () => {
    if (user() === null) return;
    for (const file of waiting.splice(0)) openNow(file).catch(app.report);
  };
  app.on('app.changed', openWaiting);
  return (file: string): void => {
    waiting.push(file);
    openWaiting();
  };
}
