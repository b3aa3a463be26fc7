import { constants, type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SealkeepError } from '../../shared/errors/error.ts';
import { abortable } from './abortable.ts';
import { type Attributes, exactAttributesOf } from './attributes.ts';
import { inputError } from './file-errors.ts';
import { identityOf, isSameFile } from './file-identity.ts';
import { msUntilRest, passWriteUnderWay } from './file-rest.ts';

/** A file as it was when its reading began. */
export interface SourceFile {
  readonly handle: FileHandle;
  readonly bytes: number;
  readonly attributes: Attributes;
  /**
   * Waits until nobody has written to it for `restMs` and the time that a write of its size takes.
   * @throws SealkeepError FILE_CHANGED where somebody does meanwhile, JOB_CANCELLED
   */
  untilRest(restMs: number, signal?: AbortSignal): Promise<void>;
  /** @throws SealkeepError FILE_CHANGED where it is no longer the same, as far as size, times and one byte more tell. */
  assertUnchanged(): Promise<void>;
}

/**
 * Lends a plain file to `read` and closes it after.
 * @param flags for opening it, besides those for reading: undefined where the system does not have them.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_A_FILE or FILE_NOT_READABLE, and whatever `read` throws.
 */
export async function withSourceFile<T>(
  file: string,
  read: (source: SourceFile) => Promise<T>,
  flags: number | undefined = 0,
): Promise<T> {
  const handle = await openForReading(file, flags);
  try {
    const before = await statOf(handle, file);
    if (!before.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file });
    const bytes = Number(before.size);
    const assertSame = async () => {
      if (!isSameFile(identityOf(await statOf(handle, file)), identityOf(before)))
        throw new SealkeepError('FILE_CHANGED', { file });
    };
    return await read({
      handle,
      bytes,
      attributes: exactAttributesOf(before),
      async untilRest(restMs, signal) {
        const ms = msUntilRest(before, restMs);
        if (ms > 0) {
          await pause(ms, signal);
          await assertSame();
        }
        await passWriteUnderWay(handle.fd, bytes);
      },
      async assertUnchanged() {
        await assertSame();
        // Some files (in /proc, on odd network drives) have more in them than their size says.
        if ((await readAt(handle, file, 1, bytes)).length > 0)
          throw new SealkeepError('FILE_CHANGED', { file });
      },
    });
  } finally {
    await handle.close();
  }
}

/** @returns fewer than `length` bytes only where the file ends before. */
export async function readAt(
  handle: FileHandle,
  file: string,
  length: number,
  position: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  try {
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
  } catch (error) {
    throw inputError(error, file);
  }
  return bytes.subarray(0, done);
}

async function openForReading(file: string, flags: number): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK a named pipe that nobody writes to would hold one of the few I/O threads for good.
    return await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | flags);
  } catch (error) {
    throw inputError(error, file);
  }
}

/** @throws SealkeepError JOB_CANCELLED, with no timer left. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const over = new AbortController();
  try {
    await abortable(sleep(ms, undefined, { signal: over.signal }), signal);
  } finally {
    over.abort();
  }
}

async function statOf(handle: FileHandle, file: string) {
  try {
    return await handle.stat({ bigint: true });
  } catch (error) {
    throw inputError(error, file);
  }
}
