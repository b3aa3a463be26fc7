import { describe, expect, test } from 'vitest';
import { Secret } from './secret.ts';
import {
  decryptSegment,
  deriveStreamKey,
  encodeStreamHeader,
  encryptSegment,
  newStreamHeader,
  parseStreamHeader,
  releasePieces,
} from './segment-cipher.ts';

const dek = Secret.random(32);
const header = newStreamHeader();
const stream = deriveStreamKey(dek, header, Buffer.from('prelude'));
const plaintext = Buffer.alloc(1_048_520, 'plaintext');

describe('a segment', () => {
  const sealed = Buffer.concat(encryptSegment(stream, 7, false, plaintext));

  test('opens at its place', () => {
    expect(Buffer.concat(decryptSegment(stream, 7, false, sealed)).equals(plaintext)).toBe(true);
  });

  test.each<[string, () => Buffer[]]>([
    ['at another place', () => decryptSegment(stream, 8, false, sealed)],
    ['as the last', () => decryptSegment(stream, 7, true, sealed)],
    ['shortened', () => decryptSegment(stream, 7, false, sealed.subarray(0, -1))],
    ['shorter than a tag', () => decryptSegment(stream, 7, false, sealed.subarray(0, 15))],
    [
      'of another stream',
      () => decryptSegment(deriveStreamKey(dek, newStreamHeader(), Buffer.from('prelude')), 7, false, sealed),
    ],
    [
      'under another prelude',
      () => decryptSegment(deriveStreamKey(dek, header, Buffer.from('preludf')), 7, false, sealed),
    ],
    [
      'under another DEK',
      () =>
        decryptSegment(deriveStreamKey(Secret.random(32), header, Buffer.from('prelude')), 7, false, sealed),
    ],
  ])('does not open %s', (_, open) => {
    expect(open).toThrow(expect.objectContaining({ code: 'FILE_DAMAGED' }));
  });

  test('of no bytes is its tag', () => {
    const empty = encryptSegment(stream, 0, true, Buffer.alloc(0));
    expect(Buffer.concat(empty)).toHaveLength(16);
    expect(decryptSegment(stream, 0, true, Buffer.concat(empty))).toEqual([]);
  });
});

test('all large pieces of a full segment give their memory back, the tag keeps its own', () => {
  const pieces = encryptSegment(stream, 1, false, plaintext);
  const tag = Buffer.from(pieces.at(-1) ?? []);
  releasePieces(pieces);
  expect(pieces.map((piece) => piece.length)).toEqual([0, 0, 16]);
  expect(pieces.at(-1)).toEqual(tag);
});

describe('a stream header', () => {
  test('is read as it was written, without a view of what it was read from', () => {
    const bytes = encodeStreamHeader(header);
    const parsed = parseStreamHeader(bytes);
    expect(parsed.salt).toEqual(Uint8Array.from(header.salt));
    expect(parsed.noncePrefix).toEqual(Uint8Array.from(header.noncePrefix));
    bytes.fill(0);
    expect(parsed.noncePrefix).toEqual(Uint8Array.from(header.noncePrefix));
    expect(parsed.noncePrefix.buffer.byteLength).toBe(7);
  });

  test.each([0, 39, 41])('of %i bytes is refused', (length) => {
    expect(() => parseStreamHeader(Buffer.alloc(length, 40))).toThrow('FILE_DAMAGED');
  });

  test('that does not begin with its length is refused', () => {
    expect(() => parseStreamHeader(Buffer.alloc(40, 24))).toThrow('FILE_DAMAGED');
  });

  test('is never the same twice', () => {
    expect(encodeStreamHeader(newStreamHeader())).not.toEqual(encodeStreamHeader(newStreamHeader()));
  });
});
