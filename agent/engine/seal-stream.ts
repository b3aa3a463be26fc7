import type { FileHandle } from 'node:fs/promises';
import {
  deriveStreamKey,
  encodeStreamHeader,
  encryptSegment,
  newStreamHeader,
  releasePieces,
} from '../../core/crypto/segment-cipher.ts';
import { layoutForPlaintext, plaintextRange, type StreamLayout } from '../../core/crypto/stream-layout.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { inputError } from './file-errors.ts';
import { passGate } from './gate.ts';
import type { EngineDeps, SealedTemporary, SealRequest } from './seal-file.ts';
import type { StreamSource } from './source.ts';
import { openStreamReader, type StreamReader } from './stream-reader.ts';
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
  const { source, folder, prelude, signal } = request;
  const layout = layoutOf(source);
  const reader = await openStreamReader(source, signal);
  try {
    const temporary = await writeTemporary(
      temporaries,
      folder,
      (output) => encrypt(reader, request, layout, output),
      signal,
    );
    const encBytes = prelude.bytes.length + layout.streamBytes;
    return { temporary, plaintextBytes: layout.plaintextBytes, encBytes };
  } finally {
    reader.close();
  }
}

function layoutOf({ size, name }: StreamSource): StreamLayout {
  try {
    return layoutForPlaintext(size);
  } catch (error) {
    throw inputError(error, name);
  }
}

async function encrypt(
  reader: StreamReader,
  { source, prelude, dek, onProgress, signal, gate }: SealStreamRequest,
  layout: StreamLayout,
  output: FileHandle,
): Promise<void> {
  const header = newStreamHeader();
  const stream = deriveStreamKey(dek, header, prelude.bytes);
  await output.writeFile(Buffer.concat([prelude.bytes, encodeStreamHeader(header)]));
  for (let index = 0; index < layout.segments; index += 1) {
    await passGate({ signal, gate });
    const { offset, length } = plaintextRange(layout, index);
    const plaintext = await reader.read(length);
    if (plaintext.length < length)
      throw new SealkeepError('FILE_CHANGED', { file: source.name, segment: index });
    const isLast = index === layout.segments - 1;
    // Before the last segment is written, which makes the stream a whole one.
    if (isLast) await reader.assertEnd();
    const pieces = encryptSegment(stream, index, isLast, plaintext);
    try {
      for (const piece of pieces) await output.writeFile(piece);
    } finally {
      releasePieces(pieces);
    }
    onProgress?.(offset + length);
  }
}
