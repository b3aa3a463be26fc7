import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  layoutForPlaintext,
  layoutForStream,
  plaintextRange,
  SEGMENT_BYTES,
  segmentAt,
  streamRange,
} from './stream-layout.ts';

/** tink-stream.md §4 */
test.each([
  [4096, 0, 56, 1],
  [4096, 1, 57, 1],
  [4096, 4040, 4096, 1],
  [4096, 4041, 4113, 2],
  [4096, 8120, 8192, 2],
  [4096, 8121, 8209, 3],
  [4096, 12200, 12288, 3],
  [SEGMENT_BYTES, 1048520, 1048576, 1],
  [SEGMENT_BYTES, 1048521, 1048593, 2],
  [SEGMENT_BYTES, 5242880, 5243016, 6],
])(
  'segments of %i: %i bytes of plaintext are %i of stream in %i',
  (segmentBytes, plain, stream, segments) => {
    const layout = layoutForPlaintext(plain, segmentBytes);
    expect(layout).toEqual({ segmentBytes, plaintextBytes: plain, streamBytes: stream, segments });
    expect(layoutForStream(stream, segmentBytes)).toEqual(layout);
  },
);

const segmentSize = fc.integer({ min: 57, max: 300 });

describe('for any length', () => {
  test('the segments cover stream and plaintext without gap or overlap', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3000 }), segmentSize, (plaintextBytes, segmentBytes) => {
        const layout = layoutForPlaintext(plaintextBytes, segmentBytes);
        let stream = 40;
        let plain = 0;
        for (let index = 0; index < layout.segments; index += 1) {
          expect(streamRange(layout, index).offset).toBe(stream);
          expect(plaintextRange(layout, index).offset).toBe(plain);
          stream += streamRange(layout, index).length;
          plain += plaintextRange(layout, index).length;
        }
        expect([stream, plain]).toEqual([layout.streamBytes, plaintextBytes]);
      }),
    );
  });

  test('a byte lies in the segment that says so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (size, part) => {
          const offset = Math.min(size - 1, Math.floor(size * part));
          const layout = layoutForPlaintext(size);
          const range = plaintextRange(layout, segmentAt(layout, offset));
          expect(offset).toBeGreaterThanOrEqual(range.offset);
          expect(offset).toBeLessThan(range.offset + range.length);
        },
      ),
    );
  });

  test('a stream has one layout, and most lengths near a cell border have none', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5000 }), segmentSize, (streamBytes, segmentBytes) => {
        try {
          const layout = layoutForStream(streamBytes, segmentBytes);
          expect(layoutForPlaintext(layout.plaintextBytes, segmentBytes)).toEqual(layout);
        } catch (error) {
          expect(error).toMatchObject({ code: 'FILE_DAMAGED' });
          const rest = streamBytes % segmentBytes;
          expect(streamBytes < 56 || (rest > 0 && rest <= 16)).toBe(true);
        }
      }),
    );
  });
});

test('more than 2^31 segments are refused both ways', () => {
  const largest = 2 ** 31 * (SEGMENT_BYTES - 16) - 40;
  expect(layoutForPlaintext(largest).segments).toBe(2 ** 31);
  expect(() => layoutForPlaintext(largest + 1)).toThrow('FILE_TOO_LARGE');
  expect(() => layoutForStream(2 ** 31 * SEGMENT_BYTES + 100)).toThrow('FILE_TOO_LARGE');
});
