import type { Secret } from '../../core/crypto/secret.ts';
import { deriveStreamKey, parseStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { layoutForStream, STREAM_HEADER_BYTES } from '../../core/crypto/stream-layout.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type Prelude, parsePrelude } from '../../shared/formats/prelude.ts';
import { LIMITS } from '../../shared/limits.ts';
import { type Attributes, setAttributes } from './attributes.ts';
import { inputError, segmentError } from './file-errors.ts';
import type { FileDeps } from './seal-file.ts';
import type { SegmentTask } from './segment-task.ts';
import { readAt, type SourceFile, withSourceFile } from './source-file.ts';
import { writeTemporary } from './temporary-file.ts';
import type { JobOptions } from './worker-pool.ts';

export interface PreludeOfFile {
  /** A claim until the file was opened. */
  readonly prelude: Prelude;
  readonly encBytes: number;
}

/**
 * What a `.enc` says of itself.
 * @throws SealkeepError FILE_NOT_SEALED, FILE_TOO_NEW, FILE_DAMAGED, and what a file that can't be read throws.
 */
export async function readPrelude(file: string): Promise<PreludeOfFile> {
  return withSourceFile(file, async (source) => ({
    prelude: await preludeOf(source, file),
    encBytes: source.bytes,
  }));
}

export interface OpenRequest extends JobOptions {
  /** The `.enc` file. */
  readonly source: string;
  /** What `readPrelude` gave when the DEK was asked for: it is what the DEK belongs to. */
  readonly prelude: Prelude;
  /** Where the opened file is to appear. */
  readonly folder: string;
  readonly attributes?: Attributes | undefined;
  /** Stays the caller's, who destroys it. */
  readonly dek: Secret;
}

export interface OpenedTemporary {
  /** A synced file without a name: for `publish`. It exists only where every segment's tag was checked. */
  readonly temporary: string;
  readonly plaintextBytes: number;
}

/**
 * Opens a `.enc` into a temporary file.
 * @throws SealkeepError FILE_DAMAGED for every change of the file since it was sealed (another DEK looks the same),
 *   FILE_NOT_FOUND, FILE_NOT_A_FILE, FILE_NOT_READABLE, FILE_NOT_SEALED, FILE_TOO_NEW, OUTPUT_NO_SPACE,
 *   OUTPUT_NOT_WRITABLE, JOB_CANCELLED; nothing is left in the folder then.
 */
export async function openToTemporary(deps: FileDeps, request: OpenRequest): Promise<OpenedTemporary> {
  const { source, folder, onProgress, signal, gate } = request;
  return withSourceFile(source, async (input) => {
    const task = await planOpening(input, request);
    const temporary = await writeTemporary(
      deps.temporaries,
      folder,
      async (output) => {
        const failure = await deps.pool.run({ ...task, output: output.fd }, { onProgress, signal, gate });
        if (failure) throw segmentError(failure, { file: source, folder }, 'FILE_DAMAGED');
        // The last segments may have been zeros, which are not written.
        await output.truncate(task.layout.plaintextBytes);
        if (request.attributes) await setAttributes(output, request.attributes);
      },
      signal,
    );
    return { temporary, plaintextBytes: task.layout.plaintextBytes };
  });
}

/** @throws SealkeepError FILE_DAMAGED, FILE_NOT_READABLE, FILE_NOT_SEALED, FILE_TOO_NEW */
export async function planOpening(
  input: SourceFile,
  { source, prelude, dek }: Pick<OpenRequest, 'source' | 'prelude' | 'dek'>,
): Promise<Omit<SegmentTask, 'output'>> {
  const found = await preludeOf(input, source);
  // The file behind the name may be another one than when the DEK was asked for.
  if (Buffer.compare(found.bytes, prelude.bytes) !== 0)
    throw new SealkeepError('FILE_DAMAGED', { file: source });
  const streamOffset = prelude.bytes.length;
  const headerBytes = await readAt(input.handle, source, STREAM_HEADER_BYTES, streamOffset);
  try {
    const layout = layoutForStream(input.bytes - streamOffset);
    const stream = deriveStreamKey(dek, parseStreamHeader(headerBytes), prelude.bytes);
    return { kind: 'open', input: input.handle.fd, streamOffset, stream, layout };
  } catch (error) {
    throw inputError(error, source);
  }
}

async function preludeOf({ handle }: SourceFile, file: string): Promise<Prelude> {
  const start = await readAt(handle, file, LIMITS.prelude, 0);
  try {
    return parsePrelude(start);
  } catch (error) {
    throw inputError(error, file);
  }
}
