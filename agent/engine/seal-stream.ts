import type { EngineDeps, SealedTemporary, SealRequest } from './seal-file.ts';
import { sealSegments } from './seal-segments.ts';
import type { StreamSource } from './source.ts';
import { openStreamReader } from './stream-reader.ts';
import { writeTemporary } from './temporary-file.ts';

export type SealStreamRequest = Omit<SealRequest, 'source'> & { readonly source: StreamSource };

/**
 * Seals what a stream gives, segment by segment as it comes: a stream has no place that several threads could read at.
 * The same file comes of it as of `sealToTemporary`.
 * @throws SealkeepError FILE_CHANGED where it is shorter or longer than promised, FILE_TOO_LARGE, FILE_NOT_READABLE,
 *   OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE, JOB_CANCELLED; nothing is left in the folder then.
 */
export async function sealStreamToTemporary(
  { temporaries }: Pick<EngineDeps, 'temporaries'>,
  request: SealStreamRequest,
): Promise<SealedTemporary> {
  const { source, folder, prelude, dek, onProgress, signal, gate } = request;
  const reader = await openStreamReader(source, signal);
  let encBytes = 0;
  try {
    const clear = { label: source.name, reader, prelude, plaintextBytes: source.size, dek, signal, gate };
    const temporary = await writeTemporary(
      temporaries,
      folder,
      async (output) => {
        for await (const { pieces, plaintextBytes } of sealSegments(clear)) {
          for (const piece of pieces) {
            await output.writeFile(piece);
            encBytes += piece.length;
          }
          onProgress?.(plaintextBytes);
        }
      },
      signal,
    );
    return { temporary, plaintextBytes: source.size, encBytes };
  } finally {
    reader.close();
  }
}
