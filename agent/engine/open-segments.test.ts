import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngineBench, type EngineBench, PRELUDE, someBytes } from '../../test/support/engine.ts';
import { openSegments, streamOfFile } from './open-segments.ts';
import { openSealedStream } from './open-stream.ts';
import type { StreamSource } from './source.ts';

const MIB = 1024 * 1024;
let bench: EngineBench;
beforeAll(async () => {
  bench = await createEngineBench();
});
afterAll(() => bench.close());

/** What is handed out, and how it ended. */
async function segmentsOf(source: StreamSource, encBytes?: number) {
  const { reader, prelude } = await openSealedStream(source);
  const given: Buffer[] = [];
  try {
    for await (const pieces of openSegments({
      label: source.name,
      reader,
      prelude,
      encBytes,
      dek: bench.dek,
    }))
      given.push(Buffer.concat(pieces));
    return { given, error: undefined };
  } catch (error) {
    return { given, error };
  } finally {
    reader.close();
  }
}

const streamOf = (bytes: Buffer): StreamSource => ({
  name: 'a.enc',
  size: bytes.length,
  open: async () => Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)], { objectMode: false }),
});

/** Round the ends of the first and the second segment. */
const SIZES = [0, 1, MIB - 57, MIB - 56, MIB - 55, 2 * MIB - 73, 2 * MIB - 72, 2 * MIB - 71];

test.each(SIZES)('%i bytes come back, whether the length was known or not', async (size) => {
  const plaintext = someBytes(size);
  const enc = await bench.seal(plaintext);
  for (const length of [enc.length, undefined]) {
    const { given, error } = await segmentsOf(streamOf(enc), length);
    expect(error).toBeUndefined();
    expect(Buffer.concat(given).equals(plaintext)).toBe(true);
  }
  const file = await bench.write('a.enc', enc);
  const { given } = await segmentsOf(streamOfFile(file, enc.length), enc.length);
  expect(Buffer.concat(given).equals(plaintext)).toBe(true);
});

test('what is cut off or appended is never handed out as a whole file', async () => {
  const enc = await bench.seal(someBytes(3 * MIB));
  const cell = PRELUDE.bytes.length + MIB;
  for (const length of [enc.length - 1, cell, cell + MIB, cell + 5, cell + 16, cell + 17]) {
    const { given, error } = await segmentsOf(streamOf(enc.subarray(0, length)));
    expect(error).toMatchObject({ code: 'FILE_DAMAGED', details: { file: 'a.enc' } });
    expect(given.length).toBeLessThan(4);
    const promised = await segmentsOf(streamOf(enc.subarray(0, length)), enc.length);
    expect(promised.error).toMatchObject({ code: 'FILE_CHANGED' });
  }
  const longer = await segmentsOf(streamOf(Buffer.concat([enc, Buffer.alloc(3)])));
  expect(longer.error).toMatchObject({ code: 'FILE_DAMAGED' });
});

test('nothing of a segment with a changed byte is handed out', async () => {
  const enc = await bench.seal(someBytes(2 * MIB));
  enc[PRELUDE.bytes.length + MIB + 7] = (enc[PRELUDE.bytes.length + MIB + 7] ?? 0) ^ 1;
  const { given, error } = await segmentsOf(streamOf(enc));
  expect(given).toHaveLength(1);
  expect(error).toMatchObject({ code: 'FILE_DAMAGED', details: { segment: 1 } });
});
