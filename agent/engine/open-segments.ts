import { createReadStream } from 'node:fs';
import type { Secret } from '../../core/crypto/secret.ts';
import {
  decryptSegment,
  deriveStreamKey,
  parseStreamHeader,
  releasePieces,
} from '../../core/crypto/segment-cipher.ts';
import {
  layoutForStream,
  SEGMENT_BYTES,
  SEGMENT_TAG_BYTES,
  STREAM_HEADER_BYTES,
} from '../../core/crypto/stream-layout.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { Prelude } from '../../shared/formats/prelude.ts';
import { inputError } from './file-errors.ts';
import { type Control, passGate } from './gate.ts';
import type { StreamSource } from './source.ts';
import type { StreamReader } from './stream-reader.ts';

export interface SealedSegments extends Control {
  /** How errors name it. */
  readonly label: string;
  /** Stands at the first byte of the `.enc`. */
  readonly reader: StreamReader;
  /** What stands before the stream and is bound to it. */
  readonly prelude: Pick<Prelude, 'bytes'>;
  /** Promised length of the `.enc`; undefined where nobody knows, and the end is where the stream ends. */
  readonly encBytes: number | undefined;
  /** Stays the caller's, who destroys it. */
  readonly dek: Secret;
}

/**
 * Opens a `.enc` segment by segment, in order. Each was checked when it is handed out, in pieces that are given back once
 * the next one is asked for; the whole is the file only when the last one came and this ended without an error.
 * @throws SealkeepError FILE_DAMAGED, FILE_TOO_LARGE, FILE_CHANGED where it is shorter or longer than promised, and what
 *   the reader throws.
 */
export async function* openSegments(sealed: SealedSegments): AsyncGenerator<readonly Buffer[]> {
  const { label, reader, prelude, encBytes, dek } = sealed;
  await reader.read(prelude.bytes.length);
  const header = await reader.read(STREAM_HEADER_BYTES);
  const stream = named(label, () => {
    if (encBytes !== undefined) layoutForStream(encBytes - prelude.bytes.length);
    return deriveStreamKey(dek, parseStreamHeader(header), prelude.bytes);
  });
  let read = prelude.bytes.length + header.length;
  for (let index = 0, isLast = false; !isLast; index += 1) {
    await passGate(sealed);
    const segment = await reader.read(SEGMENT_BYTES - (index === 0 ? STREAM_HEADER_BYTES : 0));
    read += segment.length;
    isLast = (await reader.peek(1)).length === 0;
    if (encBytes !== undefined && (isLast ? read !== encBytes : read >= encBytes))
      throw new SealkeepError('FILE_CHANGED', { file: label, segment: index });
    // No writer makes an empty last segment after full ones: one plaintext has one stream.
    if (index > 0 && segment.length <= SEGMENT_TAG_BYTES)
      throw new SealkeepError('FILE_DAMAGED', { file: label, segment: index });
    const pieces = named(label, () => decryptSegment(stream, index, isLast, segment));
    try {
      yield pieces;
    } finally {
      releasePieces(pieces);
    }
  }
}

/** A file as a stream, for a reader. */
export function streamOfFile(file: string, size: number): StreamSource {
  return { name: file, size, open: async () => createReadStream(file, { highWaterMark: SEGMENT_BYTES }) };
}

function named<T>(label: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inputError(error, label);
  }
}
