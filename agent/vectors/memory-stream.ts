import type { Secret } from '../../core/crypto/secret.ts';
import {
  decryptSegment,
  deriveStreamKey,
  encodeStreamHeader,
  encryptSegment,
  parseStreamHeader,
  type StreamHeader,
} from '../../core/crypto/segment-cipher.ts';
import {
  layoutForPlaintext,
  layoutForStream,
  plaintextRange,
  STREAM_HEADER_BYTES,
  segmentAt,
  streamRange,
} from '../../core/crypto/stream-layout.ts';

/** What belongs to a stream's key and is not in the stream. */
export interface StreamParameters {
  readonly dek: Secret;
  readonly associatedData: Uint8Array;
  readonly segmentBytes: number;
}

/** A whole stream in memory, by the same steps as the file engine's. The header must not serve a second stream. */
export function sealStream(
  parameters: StreamParameters,
  header: StreamHeader,
  plaintext: Uint8Array,
): Buffer {
  const { dek, associatedData, segmentBytes } = parameters;
  const key = deriveStreamKey(dek, header, associatedData);
  const layout = layoutForPlaintext(plaintext.length, segmentBytes);
  const segments = Array.from({ length: layout.segments }, (_, index) => {
    const { offset, length } = plaintextRange(layout, index);
    const isLast = index === layout.segments - 1;
    return Buffer.concat(encryptSegment(key, index, isLast, plaintext.subarray(offset, offset + length)));
  });
  return Buffer.concat([encodeStreamHeader(header), ...segments]);
}

/** @throws SealkeepError FILE_DAMAGED. */
export function openStream(parameters: StreamParameters, stream: Uint8Array): Buffer {
  const { layout, openSegment } = streamReader(parameters, stream);
  return Buffer.concat(Array.from({ length: layout.segments }, (_, index) => openSegment(index)));
}

/**
 * Plaintext bytes from `offset`; fewer than `length` only at the end. Only the segments touched are checked, but where
 * the answer says where the end is, the last one is opened too, even if no byte of it is asked for (tink-stream.md §4).
 * @throws SealkeepError FILE_DAMAGED.
 */
export function openRange(
  parameters: StreamParameters,
  stream: Uint8Array,
  offset: number,
  length: number,
): Buffer {
  const { layout, openSegment } = streamReader(parameters, stream);
  const end = Math.min(offset + length, layout.plaintextBytes);
  if (offset + length >= layout.plaintextBytes) openSegment(layout.segments - 1);
  if (offset >= end) return Buffer.alloc(0);
  const first = segmentAt(layout, offset);
  const count = segmentAt(layout, end - 1) - first + 1;
  const touched = Buffer.concat(Array.from({ length: count }, (_, index) => openSegment(first + index)));
  const start = offset - plaintextRange(layout, first).offset;
  return touched.subarray(start, start + end - offset);
}

function streamReader({ dek, associatedData, segmentBytes }: StreamParameters, stream: Uint8Array) {
  const layout = layoutForStream(stream.length, segmentBytes);
  const header = parseStreamHeader(stream.subarray(0, STREAM_HEADER_BYTES));
  const key = deriveStreamKey(dek, header, associatedData);
  return {
    layout,
    openSegment(index: number): Buffer {
      const { offset, length } = streamRange(layout, index);
      const isLast = index === layout.segments - 1;
      return Buffer.concat(decryptSegment(key, index, isLast, stream.subarray(offset, offset + length)));
    },
  };
}
