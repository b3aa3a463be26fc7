import type { FileHandle } from 'node:fs/promises';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type Prelude, parsePrelude } from '../../shared/formats/prelude.ts';
import { LIMITS } from '../../shared/limits.ts';
import { setAttributes } from './attributes.ts';
import { inputError } from './file-errors.ts';
import { type OpenedTemporary, type OpenRequest, type PreludeOfFile, readPrelude } from './open-file.ts';
import { openSegments } from './open-segments.ts';
import type { EngineDeps } from './seal-file.ts';
import { isZeros } from './segment-loop.ts';
import type { Source, StreamSource } from './source.ts';
import { openStreamReader, type StreamReader } from './stream-reader.ts';
import { writeTemporary } from './temporary-file.ts';

/** A `.enc` that comes as a stream, of which only the prelude was looked at yet. */
export interface SealedStream extends PreludeOfFile {
  readonly source: StreamSource;
  /** Stands at the first byte. */
  readonly reader: StreamReader;
}

/**
 * Asks for a `.enc` and looks at what it says of itself. The caller closes its reader.
 * @throws SealkeepError FILE_NOT_SEALED, FILE_TOO_NEW, FILE_DAMAGED, FILE_NOT_READABLE, JOB_CANCELLED
 */
export async function openSealedStream(source: StreamSource, signal?: AbortSignal): Promise<SealedStream> {
  const reader = await openStreamReader(source, signal);
  try {
    const prelude = await readStreamPrelude(reader, source.name);
    return { source, reader, prelude, encBytes: source.size };
  } catch (error) {
    reader.close();
    throw error;
  }
}

/**
 * What a `.enc` that comes as a stream says of itself. It is asked for its start alone, and closed: of a thousand that wait
 * for their keys none holds anything.
 * @throws what `openSealedStream` throws.
 */
export async function readStreamStart(source: StreamSource, signal?: AbortSignal): Promise<PreludeOfFile> {
  const start = { ...source, open: () => source.open(LIMITS.prelude) };
  const { reader, prelude, encBytes } = await openSealedStream(start, signal);
  reader.close();
  return { prelude, encBytes };
}

/** What a `.enc` says of itself, wherever it lies. @throws what `readPrelude` and `readStreamStart` throw. */
export function readPreludeOf(source: Source, signal?: AbortSignal): Promise<PreludeOfFile> {
  return typeof source === 'string' ? readPrelude(source) : readStreamStart(source, signal);
}

/**
 * The same again, all of it, once the DEK of `prelude` is here.
 * @throws SealkeepError FILE_DAMAGED where it begins otherwise by now: it is not what the DEK was asked for.
 */
export async function openSealedStreamAgain(
  source: StreamSource,
  prelude: Prelude,
  signal?: AbortSignal,
): Promise<SealedStream> {
  const sealed = await openSealedStream(source, signal);
  if (Buffer.compare(sealed.prelude.bytes, prelude.bytes) === 0) return sealed;
  sealed.reader.close();
  throw new SealkeepError('FILE_DAMAGED', { file: source.name });
}

/**
 * What a stream says of itself at its first byte, where the reader still stands then.
 * @throws SealkeepError FILE_NOT_SEALED, FILE_TOO_NEW, FILE_DAMAGED, and what the reader throws.
 */
export async function readStreamPrelude(reader: StreamReader, label: string): Promise<Prelude> {
  const start = await reader.peek(LIMITS.prelude);
  try {
    return parsePrelude(start);
  } catch (error) {
    throw inputError(error, label);
  }
}

export type OpenStreamRequest = Omit<OpenRequest, 'source'> & { readonly source: StreamSource };

/**
 * Opens a `.enc` that comes as a stream into a temporary file, as `openToTemporary` does: bytes are written only once their segment's tag was
 * checked, and the file stays only if all of it came.
 * @throws SealkeepError FILE_DAMAGED, FILE_CHANGED where it is shorter or longer than promised, FILE_NOT_READABLE,
 *   OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE, JOB_CANCELLED; nothing is left in the folder then.
 */
export async function openStreamToTemporary(
  { temporaries }: Pick<EngineDeps, 'temporaries'>,
  request: OpenStreamRequest,
): Promise<OpenedTemporary> {
  const { source, prelude, folder, attributes, dek, onProgress, signal, gate } = request;
  const sealed = await openSealedStreamAgain(source, prelude, signal);
  let plaintextBytes = 0;
  try {
    const temporary = await writeTemporary(
      temporaries,
      folder,
      async (output) => {
        for await (const pieces of openSegments({ ...sealed, label: source.name, dek, signal, gate })) {
          // As in a worker: what is not there reads as zeros.
          const areZeros = pieces.every(isZeros);
          for (const piece of pieces) {
            if (!areZeros) await writeAt(output, piece, plaintextBytes);
            plaintextBytes += piece.length;
          }
          onProgress?.(plaintextBytes);
        }
        await output.truncate(plaintextBytes);
        if (attributes) await setAttributes(output, attributes);
      },
      signal,
    );
    return { temporary, plaintextBytes };
  } finally {
    sealed.reader.close();
  }
}

/** A system may write a part only, and says why with the next call. */
async function writeAt(output: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await output.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
