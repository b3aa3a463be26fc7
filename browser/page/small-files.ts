import { LIMITS } from '../../shared/limits.ts';
import type { OpenFetch } from './admission.ts';
import { ROUTES } from './protocol.ts';

/** A file that is wanted, and what of it. */
export interface Sendable {
  readonly ticket: string;
  readonly body: Blob;
}

/** Requests under way, of the few that a browser has to one server. */
const AT_ONCE = 2;

/**
 * Sends small files together: a request costs a browser a thousand times what is in it. Those that are wanted while others
 * are under way go with the next ones.
 * @param alone sends one by itself, where the browser could not send them all: it does not say which it was.
 */
export function createSmallFiles(alone: (open: OpenFetch, file: Sendable) => Promise<void>) {
  let waiting: Sendable[] = [];
  let running = 0;

  /** @returns as many as go together. */
  function taken(): Sendable[] {
    let bytes = 0;
    const fits = waiting.findIndex(({ body }, index) => {
      bytes += body.size;
      return index >= LIMITS.smallFiles || bytes > LIMITS.smallFilesBytes;
    });
    const some = fits < 0 ? waiting : waiting.slice(0, fits);
    waiting = waiting.slice(some.length);
    return some;
  }

  async function send(open: OpenFetch, files: readonly Sendable[]): Promise<void> {
    const [first, ...others] = files;
    if (!first) return;
    if (others.length === 0) return alone(open, first);
    const list = JSON.stringify(files.map(({ ticket, body }) => [ticket, body.size]));
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Blob([`${list}\n`, ...files.map(({ body }) => body)]),
    };
    const isSent = await open(ROUTES.contents, init).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!isSent) await Promise.all(files.map((file) => alone(open, file)));
  }

  return async (open: OpenFetch, file: Sendable): Promise<void> => {
    waiting.push(file);
    if (running >= AT_ONCE) return;
    running += 1;
    try {
      // What is wanted at the same moment is told event by event.
      await Promise.resolve();
      while (waiting.length > 0) await send(open, taken());
    } finally {
      running -= 1;
    }
  };
}
