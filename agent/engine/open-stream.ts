import type { FileHandle } from 'node:fs/promises';
import {
  decryptSegment,
  deriveStreamKey,
  parseStreamHeader,
  releasePieces,
  type StreamKey,
} from '../../core/crypto/segment-cipher.ts';
import {
  layoutForStream,
  plaintextRange,
  STREAM_HEADER_BYTES,
  type StreamLayout,
  streamRange,
} from '../../core/crypto/stream-layout.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type Prelude, parsePrelude } from '../../shared/formats/prelude.ts';
import { LIMITS } from '../../shared/limits.ts';
import { inputError } from './file-errors.ts';
import { passGate } from './gate.ts';
import type { OpenedTemporary, OpenRequest, PreludeOfFile } from './open-file.ts';
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
  const { source, folder, dek, signal } = request;
  const { prelude, encBytes, reader } = source;
  await reader.read(prelude.bytes.length);
  const headerBytes = await reader.read(STREAM_HEADER_BYTES);
  const { layout, stream } = planOf(source.source, () => ({
    layout: layoutForStream(encBytes - prelude.bytes.length),
    stream: deriveStreamKey(dek, parseStreamHeader(headerBytes), prelude.bytes),
  }));
  const temporary = await writeTemporary(
    temporaries,
    folder,
    (output) => decrypt(request, stream, layout, output),
    signal,
  );
  return { temporary, plaintextBytes: layout.plaintextBytes };
}

function planOf<T>({ name }: StreamSource, plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    throw inputError(error, name);
  }
}

async function decrypt(
  { source: { reader, source }, onProgress, signal, gate }: OpenStreamRequest,
  stream: StreamKey,
  layout: StreamLayout,
  output: FileHandle,
): Promise<void> {
  for (let index = 0; index < layout.segments; index += 1) {
    await passGate({ signal, gate });
    const { length } = streamRange(layout, index);
    const segment = await reader.read(length);
    if (segment.length < length)
      throw new SealkeepError('FILE_CHANGED', { file: source.name, segment: index });
    const pieces = planOf(source, () =>
      decryptSegment(stream, index, index === layout.segments - 1, segment),
    );
    try {
      for (const piece of pieces) await output.writeFile(piece);
    } finally {
      releasePieces(pieces);
    }
    const clear = plaintextRange(layout, index);
    onProgress?.(clear.offset + clear.length);
  }
  await reader.assertEnd();
}
