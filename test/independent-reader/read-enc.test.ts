import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEGMENT_BYTES, SEGMENT_TAG_BYTES, STREAM_HEADER_BYTES } from '../../core/crypto/stream-layout.ts';
import { createEngineBench, type EngineBench, PRELUDE, someBytes } from '../support/engine.ts';
import { readEnc } from './read-enc.ts';

let bench: EngineBench;
beforeAll(async () => {
  bench = await createEngineBench();
});
afterAll(() => bench.close());

const FIRST = SEGMENT_BYTES - STREAM_HEADER_BYTES - SEGMENT_TAG_BYTES;
const LATER = SEGMENT_BYTES - SEGMENT_TAG_BYTES;
const around = (size: number) => [size - 1, size, size + 1];
const SIZES = [
  0,
  ...around(1).slice(1),
  1000,
  ...[0, 1, 2, 3].flatMap((full) => around(FIRST + full * LATER)),
];

const read = (enc: Buffer) => bench.dek.use((dek) => readEnc(enc, dek));

describe('the independent reader and the engine agree', () => {
  test.each(SIZES)('on %i bytes', async (size) => {
    const plaintext = someBytes(size);
    const enc = await bench.seal(plaintext);
    const opened = read(enc);
    expect(opened.plaintext.equals(plaintext)).toBe(true);
    expect(opened.resourceName).toBe(PRELUDE.header.resource_name);
    expect(opened.kaclsUrl).toBe(PRELUDE.header.kacls_url);
    expect((await bench.open(enc)).equals(plaintext)).toBe(true);
  });

  const cut = (enc: Buffer, end: number) => enc.subarray(0, end);
  const start = PRELUDE.bytes.length;
  test.each<[string, (enc: Buffer) => Buffer]>([
    ['without its last byte', (enc) => cut(enc, enc.length - 1)],
    ['without its last segment', (enc) => cut(enc, start + 2 * SEGMENT_BYTES)],
    ['cut inside the last tag', (enc) => cut(enc, start + 2 * SEGMENT_BYTES + 10)],
    ['with only the tag left of its last segment', (enc) => cut(enc, start + 2 * SEGMENT_BYTES + 16)],
    ['cut to its stream header', (enc) => cut(enc, start + STREAM_HEADER_BYTES)],
    ['cut to its prelude', (enc) => cut(enc, start)],
    ['with a byte more', (enc) => Buffer.concat([enc, Buffer.of(0)])],
    [
      'with a segment twice',
      (enc) => Buffer.concat([cut(enc, start + 2 * SEGMENT_BYTES), enc.subarray(start + SEGMENT_BYTES)]),
    ],
    [
      'without its middle segment',
      (enc) => Buffer.concat([cut(enc, start + SEGMENT_BYTES), enc.subarray(start + 2 * SEGMENT_BYTES)]),
    ],
  ])('on refusing a file %s', async (_, tamper) => {
    const tampered = tamper(await bench.seal(someBytes(2 * SEGMENT_BYTES + 500)));
    expect(() => read(tampered)).toThrow();
    await expect(bench.open(tampered)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
    expect(await bench.names()).toEqual([]);
  });
});
