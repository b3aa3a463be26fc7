import type { Readable } from 'node:stream';
import { SealkeepError } from '../../shared/errors/error.ts';
import { abortable } from './abortable.ts';
import { inputError } from './file-errors.ts';
import type { StreamSource } from './source.ts';

/** Reads a stream in lengths of the reader's choice. It never holds more than what was asked for and one chunk. */
export interface StreamReader {
  /** Looks ahead. @returns fewer than `length` bytes only where the stream ends before. */
  peek(length: number): Promise<Buffer>;
  /** The same, and goes on after them. They are good until the next `read`. */
  read(length: number): Promise<Buffer>;
  /** @throws SealkeepError FILE_CHANGED where more comes than was promised. */
  assertEnd(): Promise<void>;
  /** Destroys the stream. */
  close(): void;
}

/**
 * Asks for a source's content.
 * @param signal ends it at any moment, also while nothing comes.
 * @throws SealkeepError JOB_CANCELLED, FILE_NOT_READABLE; so do the reader's functions.
 */
export async function openStreamReader(source: StreamSource, signal?: AbortSignal): Promise<StreamReader> {
  const stream = await opened(source, signal);
  const cancel = () => stream.destroy(new SealkeepError('JOB_CANCELLED'));
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  // What is read after a failure fails with it; a failure between two reads must not end the process.
  stream.on('error', () => signal?.removeEventListener('abort', cancel));
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array | string>;
  /** What came and was not read yet. */
  let rest: Buffer = Buffer.alloc(0);
  /** One for all reads: a new one for each segment would keep the garbage collector busy. */
  let room = Buffer.alloc(0);

  /** Gets so many bytes, or all that come. @returns whether there are any. */
  async function fill(length: number): Promise<boolean> {
    while (rest.length < length) {
      const next = await chunks.next().catch((error: unknown) => {
        throw streamError(error, source, signal);
      });
      if (next.done) {
        if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
        break;
      }
      const chunk = viewOf(next.value);
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    }
    return rest.length > 0;
  }

  return {
    async peek(length) {
      await fill(length);
      return rest.subarray(0, length);
    },
    async read(length) {
      if (room.length < length) room = Buffer.allocUnsafeSlow(length);
      let done = 0;
      while (done < length && (await fill(1))) {
        const copied = rest.copy(room, done, 0, length - done);
        rest = rest.subarray(copied);
        done += copied;
      }
      return room.subarray(0, done);
    },
    async assertEnd() {
      if (await fill(1)) throw new SealkeepError('FILE_CHANGED', { file: source.name });
    },
    close() {
      signal?.removeEventListener('abort', cancel);
      stream.destroy();
    },
  };
}

function viewOf(chunk: Uint8Array | string): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}

/** The content may never come: who cancels does not wait for it. */
async function opened(source: StreamSource, signal: AbortSignal | undefined): Promise<Readable> {
  if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
  const opening = source.open();
  try {
    return await abortable(opening, signal);
  } catch (error) {
    // What comes too late is not wanted any more, and why it did not come neither.
    if (signal?.aborted) void opening.then(destroyed, () => undefined);
    throw streamError(error, source, signal);
  }
}

function destroyed(stream: Readable): void {
  stream.on('error', () => undefined).destroy();
}

function streamError(error: unknown, { name }: StreamSource, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return new SealkeepError('JOB_CANCELLED', {}, { cause: error });
  const known = inputError(error, name);
  if (known instanceof SealkeepError) return known;
  return new SealkeepError('FILE_NOT_READABLE', { file: name }, { cause: error });
}
