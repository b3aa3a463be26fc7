import type { FileHandle } from 'node:fs/promises';
import type { Secret } from '../../core/crypto/secret.ts';
import { deriveStreamKey, encodeStreamHeader, newStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { layoutForPlaintext, type StreamLayout } from '../../core/crypto/stream-layout.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import type { Prelude } from '../../shared/formats/prelude.ts';
import type { Attributes } from './attributes.ts';
import { inputError, segmentError } from './file-errors.ts';
import { withSourceFile } from './source-file.ts';
import type { Temporaries } from './temporaries.ts';
import { writeTemporary } from './temporary-file.ts';
import type { JobOptions, WorkerPool } from './worker-pool.ts';

export interface EngineDeps {
  readonly pool: WorkerPool;
  readonly temporaries: Temporaries;
  /** How long nobody has to have written to a file before it is sealed, in milliseconds. */
  readonly restMs: number;
}

/** What one file needs of them. */
export interface FileDeps {
  readonly pool: Pick<WorkerPool, 'run'>;
  readonly temporaries: Temporaries;
}

export interface SealRequest extends JobOptions {
  /** The file to seal. */
  readonly source: string;
  /** Where the `.enc` is to appear. */
  readonly folder: string;
  readonly prelude: Prelude;
  /** Stays the caller's, who destroys it. */
  readonly dek: Secret;
}

export interface SealedTemporary {
  /** A synced `.enc` without a name: for `publish`, together with its `.key`. */
  readonly temporary: string;
  readonly plaintextBytes: number;
  readonly encBytes: number;
  /** Of the file when it held what was sealed. A stream has none. */
  readonly attributes?: Attributes | undefined;
}

/** What sealing a file needs. */
export interface SealDeps extends FileDeps, Pick<EngineDeps, 'restMs'> {}

/**
 * Seals one file under a fresh stream header into a temporary file. One that is written to meanwhile is sealed once more,
 * from its beginning and as what its name stands for by then.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_A_FILE, FILE_NOT_READABLE, FILE_TOO_LARGE, FILE_CHANGED (it was written
 *   to both times), OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE, JOB_CANCELLED; nothing is left in the folder then.
 */
export async function sealToTemporary(deps: SealDeps, request: SealRequest): Promise<SealedTemporary> {
  try {
    return await sealOnce(deps, request);
  } catch (error) {
    if (!isSealkeepError(error, 'FILE_CHANGED')) throw error;
    return sealOnce(deps, request);
  }
}

async function sealOnce(deps: SealDeps, request: SealRequest): Promise<SealedTemporary> {
  const { source, folder, prelude, signal } = request;
  return withSourceFile(source, async (input) => {
    const layout = layoutOf(input.bytes, source);
    await input.untilRest(deps.restMs, signal);
    const temporary = await writeTemporary(
      deps.temporaries,
      folder,
      async (output) => {
        await encrypt(deps, request, layout, input.handle, output);
        await input.assertUnchanged();
      },
      signal,
    );
    const encBytes = prelude.bytes.length + layout.streamBytes;
    return { temporary, plaintextBytes: layout.plaintextBytes, encBytes, attributes: input.attributes };
  });
}

function layoutOf(bytes: number, source: string): StreamLayout {
  try {
    return layoutForPlaintext(bytes);
  } catch (error) {
    throw inputError(error, source);
  }
}

async function encrypt(
  { pool }: FileDeps,
  { source, folder, prelude, dek, onProgress, signal, gate }: SealRequest,
  layout: StreamLayout,
  input: FileHandle,
  output: FileHandle,
): Promise<void> {
  const header = newStreamHeader();
  await output.writeFile(Buffer.concat([prelude.bytes, encodeStreamHeader(header)]));
  const failure = await pool.run(
    {
      kind: 'seal',
      input: input.fd,
      output: output.fd,
      streamOffset: prelude.bytes.length,
      stream: deriveStreamKey(dek, header, prelude.bytes),
      layout,
    },
    { onProgress, signal, gate },
  );
  if (failure) throw segmentError(failure, { file: source, folder }, 'FILE_CHANGED');
}
