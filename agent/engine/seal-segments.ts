import type { Secret } from '../../core/crypto/secret.ts';
import {
  deriveStreamKey,
  encodeStreamHeader,
  encryptSegment,
  newStreamHeader,
  releasePieces,
} from '../../core/crypto/segment-cipher.ts';
import {
  layoutForPlaintext,
  SEGMENT_BYTES,
  SEGMENT_TAG_BYTES,
  STREAM_HEADER_BYTES,
} from '../../core/crypto/stream-layout.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { Prelude } from '../../shared/formats/prelude.ts';
import { inputError } from './file-errors.ts';
import { type Control, passGate } from './gate.ts';
import type { StreamReader } from './stream-reader.ts';

export interface ClearStream extends Control {
  /** How errors name it. */
  readonly label: string;
  /** Stands at the first byte of the plaintext. */
  readonly reader: StreamReader;
  /** What stands before the stream and is bound to it. */
  readonly prelude: Pick<Prelude, 'bytes'>;
  /** Promised length; undefined where nobody knows, and the end is where the stream ends. */
  readonly plaintextBytes: number | undefined;
  /** Stays the caller's, who destroys it. */
  readonly dek: Secret;
}

/** Bytes of a `.enc`, in order. */
export interface SealedPart {
  readonly pieces: readonly Buffer[];
  /** Plaintext bytes up to here. */
  readonly plaintextBytes: number;
  /** Whether the stream is a whole one with this part. */
  readonly isLast: boolean;
}

/**
 * Seals a stream segment by segment, in order, under a fresh stream header: first the `.enc`'s beginning, then a part
 * for each segment. The pieces of one are given back once the next one is asked for. It reads one byte ahead, since the
 * last segment is sealed as the last one.
 * @throws SealkeepError FILE_CHANGED, before the last part, where it is shorter or longer than promised, FILE_TOO_LARGE,
 *   and what the reader throws.
 */
export async function* sealSegments(clear: ClearStream): AsyncGenerator<SealedPart> {
  const { label, reader, prelude, plaintextBytes: promised, dek } = clear;
  assertSize(label, promised ?? 0);
  const header = newStreamHeader();
  const stream = deriveStreamKey(dek, header, prelude.bytes);
  const beginning = Buffer.concat([prelude.bytes, encodeStreamHeader(header)]);
  yield { pieces: [beginning], plaintextBytes: 0, isLast: false };
  let read = 0;
  for (let index = 0, isLast = false; !isLast; index += 1) {
    const room = SEGMENT_BYTES - SEGMENT_TAG_BYTES - (index === 0 ? STREAM_HEADER_BYTES : 0);
    await passGate(clear);
    const plaintext = await reader.read(room);
    read += plaintext.length;
    isLast = (await reader.peek(1)).length === 0;
    if (promised !== undefined && (isLast ? read !== promised : read >= promised))
      throw new SealkeepError('FILE_CHANGED', { file: label, segment: index });
    assertSize(label, read);
    const pieces = encryptSegment(stream, index, isLast, plaintext);
    try {
      yield { pieces, plaintextBytes: read, isLast };
    } finally {
      releasePieces(pieces);
    }
  }
}

function assertSize(label: string, bytes: number): void {
  try {
    layoutForPlaintext(bytes);
  } catch (error) {
    throw inputError(error, label);
  }
}
