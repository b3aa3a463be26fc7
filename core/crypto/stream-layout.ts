import { SealkeepError } from '../../shared/errors/error.ts';

/** Ciphertext bytes of a full segment, header included in the first cell: AES256_GCM_HKDF_1MB. */
export const SEGMENT_BYTES = 1024 * 1024;
export const STREAM_HEADER_BYTES = 40;
export const SEGMENT_TAG_BYTES = 16;
/** The last one that tink-java opens (tink-stream.md §5). */
const MAX_SEGMENTS = 2 ** 31;

/** Where everything lies in one stream. All numbers are bytes from the start of the stream, or of the plaintext. */
export interface StreamLayout {
  readonly segmentBytes: number;
  readonly plaintextBytes: number;
  readonly streamBytes: number;
  readonly segments: number;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** @throws SealkeepError FILE_TOO_LARGE past 2^31 segments. */
export function layoutForPlaintext(plaintextBytes: number, segmentBytes = SEGMENT_BYTES): StreamLayout {
  const capacity = segmentBytes - SEGMENT_TAG_BYTES;
  const segments = Math.max(1, Math.ceil((plaintextBytes + STREAM_HEADER_BYTES) / capacity));
  if (segments > MAX_SEGMENTS) throw new SealkeepError('FILE_TOO_LARGE');
  const streamBytes = STREAM_HEADER_BYTES + plaintextBytes + SEGMENT_TAG_BYTES * segments;
  return { segmentBytes, plaintextBytes, streamBytes, segments };
}

/**
 * The layout that a stream's length implies: a claim until the last segment was opened as the last one.
 * An empty last segment after full ones is refused: no writer makes it, and one plaintext has one stream.
 * @throws SealkeepError FILE_DAMAGED where no stream has that length.
 */
export function layoutForStream(streamBytes: number, segmentBytes = SEGMENT_BYTES): StreamLayout {
  const segments = Math.max(1, Math.ceil(streamBytes / segmentBytes));
  const plaintextBytes = streamBytes - STREAM_HEADER_BYTES - SEGMENT_TAG_BYTES * segments;
  const lastCell = streamBytes - (segments - 1) * segmentBytes;
  if (plaintextBytes < 0 || (segments > 1 && lastCell <= SEGMENT_TAG_BYTES))
    throw new SealkeepError('FILE_DAMAGED');
  if (segments > MAX_SEGMENTS) throw new SealkeepError('FILE_TOO_LARGE');
  return { segmentBytes, plaintextBytes, streamBytes, segments };
}

/** Where segment `index` and its tag lie in the stream. */
export function streamRange(layout: StreamLayout, index: number): ByteRange {
  const offset = index === 0 ? STREAM_HEADER_BYTES : index * layout.segmentBytes;
  return { offset, length: Math.min((index + 1) * layout.segmentBytes, layout.streamBytes) - offset };
}

/** Where the plaintext of segment `index` lies. */
export function plaintextRange(layout: StreamLayout, index: number): ByteRange {
  const offset = index === 0 ? 0 : index * (layout.segmentBytes - SEGMENT_TAG_BYTES) - STREAM_HEADER_BYTES;
  return { offset, length: streamRange(layout, index).length - SEGMENT_TAG_BYTES };
}

/** The segment that holds plaintext byte `offset`. */
export function segmentAt(layout: StreamLayout, offset: number): number {
  return Math.floor((offset + STREAM_HEADER_BYTES) / (layout.segmentBytes - SEGMENT_TAG_BYTES));
}
