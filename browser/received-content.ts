import type { IncomingMessage } from 'node:http';
import { finished, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { SealkeepError } from '../shared/errors/error.ts';
import { SMALL_FILE } from './page/protocol.ts';

/**
 * Hands on a request's body, of exactly `size` bytes, as it is read: nothing of it is kept but what is on its way.
 * A stream that is destroyed ends the request.
 * @param brokenOff says why a request broke off, once that is known: the stream fails with it then.
 * @returns whether the whole of it was taken, once that is known.
 */
export async function handOn(
  request: IncomingMessage,
  file: { readonly name: string; readonly size: number },
  give: (content: Readable) => void,
  brokenOff: (cause: unknown) => Promise<SealkeepError>,
): Promise<boolean> {
  if (file.size <= SMALL_FILE) {
    const bytes = await buffer(request).catch(async (cause: unknown) => {
      throw await brokenOff(cause);
    });
    give(contentOfBytes(bytes));
    return true;
  }
  const content = contentOf(request, brokenOff);
  give(content);
  // How it ended is its reader's to know.
  await new Promise<void>((resolve) => finished(content, () => resolve()));
  return request.complete;
}

/** What came as a whole, as a stream. */
export function contentOfBytes(bytes: Buffer): Readable {
  return Readable.from(bytes.length > 0 ? [bytes] : [], { objectMode: false });
}

function contentOf(
  request: IncomingMessage,
  brokenOff: (cause: unknown) => Promise<SealkeepError>,
): Readable {
  const content = new Readable({
    read: () => {
      request.resume();
    },
    destroy(error, done) {
      if (!request.complete) request.destroy();
      done(error);
    },
  });
  request.on('data', (chunk: Buffer) => {
    if (!content.push(chunk)) request.pause();
  });
  finished(request, (cause) => {
    if (cause) void brokenOff(cause).then((error) => content.destroy(error));
    else content.push(null);
  });
  return content;
}
