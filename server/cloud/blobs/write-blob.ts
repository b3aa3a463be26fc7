import { open, rm } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { asNoRoom } from './no-room.ts';

/** What waits for the disk at most; also what one `writev` takes. */
const WRITE_BUFFER = 1024 * 1024;

export interface WrittenBlob {
  readonly size: number;
  readonly start: Buffer;
}

/**
 * Writes a stream to a new file and syncs its content; the folder's entry is the caller's to sync. A failure leaves no
 * file.
 * @throws SealkeepError CLOUD_QUOTA_EXCEEDED where the stream is longer than `limit`, or the disk is full.
 */
export async function writeBlob(file: string, source: Readable, limit: number): Promise<WrittenBlob> {
  const watch = new Watch(limit);
  try {
    const handle = await open(file, 'wx', 0o600);
    // The stream holds on to the handle, whose `close` waits until the stream is destroyed.
    const target = handle.createWriteStream({ autoClose: false, highWaterMark: WRITE_BUFFER });
    try {
      await pipeline(source, watch, target);
      await handle.sync();
    } finally {
      target.destroy();
      await handle.close();
    }
  } catch (error) {
    await rm(file, { force: true });
    throw asNoRoom(error);
  }
  return { size: watch.size, start: watch.start };
}

/** Lets bytes through, counts them, and keeps the first ones. */
class Watch extends Transform {
  size = 0;
  start: Buffer = Buffer.alloc(0);
  readonly #limit: number;

  constructor(limit: number) {
    super({ highWaterMark: WRITE_BUFFER });
    this.#limit = limit;
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error: Error | null, chunk?: Buffer) => void) {
    if (this.start.length < LIMITS.prelude) {
      this.start = Buffer.concat([this.start, chunk.subarray(0, LIMITS.prelude - this.start.length)]);
    }
    this.size += chunk.length;
    if (this.size > this.#limit) done(new SealkeepError('CLOUD_QUOTA_EXCEEDED'));
    else done(null, chunk);
  }
}
