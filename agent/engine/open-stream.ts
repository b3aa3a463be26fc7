import { type Prelude, parsePrelude } from '../../shared/formats/prelude.ts';
import { LIMITS } from '../../shared/limits.ts';
import { setAttributes } from './attributes.ts';
import { inputError } from './file-errors.ts';
import type { OpenedTemporary, OpenRequest, PreludeOfFile } from './open-file.ts';
import { openSegments } from './open-segments.ts';
import type { EngineDeps } from './seal-file.ts';
import type { StreamSource } from './source.ts';
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
    const prelude = preludeOf(await reader.peek(LIMITS.prelude), source);
    return { source, reader, prelude, encBytes: source.size };
  } catch (error) {
    reader.close();
    throw error;
  }
}

function preludeOf(start: Uint8Array, { name }: StreamSource): Prelude {
  try {
    return parsePrelude(start);
  } catch (error) {
    throw inputError(error, name);
  }
}

export type OpenStreamRequest = Omit<OpenRequest, 'source' | 'prelude'> & { readonly source: SealedStream };

/**
 * Opens it into a temporary file, as `openToTemporary` does: bytes are written only once their segment's tag was
 * checked, and the file stays only if all of it came.
 * @throws SealkeepError FILE_DAMAGED, FILE_CHANGED where it is shorter or longer than promised, FILE_NOT_READABLE,
 *   OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE, JOB_CANCELLED; nothing is left in the folder then.
 */
export async function openStreamToTemporary(
  { temporaries }: Pick<EngineDeps, 'temporaries'>,
  request: OpenStreamRequest,
): Promise<OpenedTemporary> {
  const { source, folder, attributes, dek, onProgress, signal, gate } = request;
  let plaintextBytes = 0;
  const temporary = await writeTemporary(
    temporaries,
    folder,
    async (output) => {
      for await (const pieces of openSegments({ ...source, label: source.source.name, dek, signal, gate })) {
        for (const piece of pieces) {
          await output.writeFile(piece);
          plaintextBytes += piece.length;
        }
        onProgress?.(plaintextBytes);
      }
      if (attributes) await setAttributes(output, attributes);
    },
    signal,
  );
  return { temporary, plaintextBytes };
}
