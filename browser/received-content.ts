import type { IncomingMessage } from 'node:http';
import { finished, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SealkeepError } from '../shared/errors/error.ts';
import { SMALL_FILE } from './page/protocol.ts';

/**
 * Hands on a request's body, of exactly `size` bytes, as it is read: nothing of it is kept but what is on its way.
 * A request that breaks off fails the stream with FILE_NOT_READABLE; a stream that is destroyed ends the request.
 * @returns whether the whole of it was taken, once that is known.
 */
export async function handOn(
  request: IncomingMessage,
  file: { readonly name: string; readonly size: number },
  give: (content: Readable) => void,
): Promise<boolean> {
  if (file.size <= SMALL_FILE) {
    const bytes = await buffer(request).catch((cause: unknown) => {
      throw notReadable(file.name, cause);
    });
    give(Readable.from(bytes.length > 0 ? [bytes] : [], { objectMode: false }));
    return true;
  }
  const content = contentOf(request, file.name);
  give(content);
  // How it ended is its reader's to know.
  await new Promise<void>((resolve) => finished(content, () => resolve()));
  return request.complete;
}

function contentOf(request: IncomingMessage, name: string): Readable {
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
    if (cause) content.destroy(notReadable(name, cause));
    else content.push(null);
  });
  return content;
}

export function notReadable(file: string, cause?: unknown): SealkeepError {
  return new SealkeepError('FILE_NOT_READABLE', { file }, { cause });
}
