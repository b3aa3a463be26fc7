import { readFile, rm, stat } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newDek } from '../../core/crypto/file-key.ts';
import { encodePrelude } from '../../shared/formats/prelude.ts';
import { createEngineBench, type EngineBench, PRELUDE, someBytes } from '../../test/support/engine.ts';
import { salvageToTemporary, type Verdict, verifyFile } from './verify-file.ts';

const MIB = 1024 * 1024;
const START = PRELUDE.bytes.length;
/** Four segments: three full ones, and a last one of 1,000 bytes with its tag. */
const PLAINTEXT = someBytes(3 * MIB - 40 - 3 * 16 + 984);
const other = encodePrelude({ resource_name: '//sealkeep/other', kacls_url: 'https://kms.example' });
/** Where the plaintext of each segment begins, and its end. */
const CLEAR = [0, MIB - 56, 2 * MIB - 72, 3 * MIB - 88, PLAINTEXT.length];

let bench: EngineBench;
let enc: Buffer;
let source: string;
beforeAll(async () => {
  bench = await createEngineBench();
  enc = await bench.seal(PLAINTEXT);
});
afterAll(() => bench.close());
afterEach(async () => {
  await rm(source);
  expect(await bench.names()).toEqual([]);
});

async function verify(
  bytes: Uint8Array,
  more: Partial<Parameters<typeof verifyFile>[1]> = {},
): Promise<Verdict> {
  source = await bench.write('file.enc', bytes);
  const { dek, engine } = bench;
  return verifyFile(engine, { source, preludes: [PRELUDE], dek, plaintextBytes: PLAINTEXT.length, ...more });
}

function flipped(...positions: number[]): Buffer {
  const changed = Buffer.from(enc);
  for (const position of positions) changed[position] = (changed[position] ?? 0) ^ 1;
  return changed;
}

const segments = (kind: 'segments' | 'cut', first: number, count: number, enc: readonly [number, number]) => {
  const [from = 0, to = 0] = [CLEAR[first], CLEAR[first + count]];
  const plaintext = { offset: from, length: to - from };
  return { kind, first, count, enc: { offset: START + enc[0], length: enc[1] - enc[0] }, plaintext };
};
const END = 3 * MIB + 1000;
/** What may be all that is wrong where nothing opens. */
const HEADER = { kind: 'stream-header', enc: { offset: START, length: 40 } };

test('a file that is as it was sealed has no damage', async () => {
  const seen: number[] = [];
  const verdict = await verify(enc, { onProgress: (bytes) => seen.push(bytes) });
  expect(verdict).toEqual({ damage: [], segments: 4, good: 4, prelude: PRELUDE });
  expect(seen.at(-1)).toBe(PLAINTEXT.length);
});

test.each([0, 1, MIB - 57, MIB - 56, MIB - 55])('so has one of %i bytes', async (length) => {
  const small = await bench.seal(someBytes(length));
  expect((await verify(small, { plaintextBytes: length })).damage).toEqual([]);
});

describe('damage is told by the byte', () => {
  test.each<[string, () => Buffer, readonly object[], number]>([
    ['in one segment', () => flipped(START + MIB + 5), [segments('segments', 1, 1, [MIB, 2 * MIB])], 3],
    ['in a tag', () => flipped(START + 3 * MIB - 1), [segments('segments', 2, 1, [2 * MIB, 3 * MIB])], 3],
    [
      'in neighbours, and apart from them',
      () => flipped(START + 50, START + MIB + 5, START + END - 1),
      [segments('segments', 0, 2, [40, 2 * MIB]), segments('segments', 3, 1, [3 * MIB, END])],
      1,
    ],
    ['in the salt', () => flipped(START + 7), [HEADER, segments('segments', 0, 4, [40, END])], 0],
    [
      'in the header’s first byte and its last',
      () => flipped(START, START + 39),
      [HEADER, segments('segments', 0, 4, [40, END])],
      0,
    ],
    [
      'in the byte that begins the stream',
      () => flipped(START),
      [{ kind: 'stream-header', enc: { offset: START, length: 1 } }],
      4,
    ],
    ['in the prelude', () => flipped(20, 33), [{ kind: 'prelude', enc: { offset: 20, length: 14 } }], 4],
    ['cut by a byte', () => enc.subarray(0, -1), [segments('cut', 3, 1, [3 * MIB, END])], 3],
    ['cut at a border', () => enc.subarray(0, START + 3 * MIB), [segments('cut', 3, 1, [3 * MIB, END])], 3],
    ['cut in the middle', () => enc.subarray(0, START + MIB + 9), [segments('cut', 1, 3, [MIB, END])], 1],
    ['cut in the stream header', () => enc.subarray(0, START + 9), [segments('cut', 0, 4, [9, END])], 0],
    [
      'with bytes more',
      () => Buffer.concat([enc, Buffer.alloc(3 * MIB)]),
      [{ kind: 'surplus', enc: { offset: START + END, length: 3 * MIB } }],
      4,
    ],
    [
      'of many kinds',
      () => flipped(9, START, START + 60).subarray(0, START + 2 * MIB + 1),
      [
        { kind: 'prelude', enc: { offset: 9, length: 1 } },
        { kind: 'stream-header', enc: { offset: START, length: 1 } },
        segments('segments', 0, 1, [40, MIB]),
        segments('cut', 2, 2, [2 * MIB, END]),
      ],
      1,
    ],
  ])('%s', async (_, damaged, damage, good) => {
    expect(await verify(damaged())).toEqual({ damage, segments: 4, good, prelude: PRELUDE });
  });

  test('swapped segments are bad, the others are good', async () => {
    const [second, third] = [START + MIB, START + 2 * MIB];
    const swapped = Buffer.concat([
      enc.subarray(0, second),
      enc.subarray(third, third + MIB),
      enc.subarray(second, third),
      enc.subarray(third + MIB),
    ]);
    expect((await verify(swapped)).damage).toEqual([segments('segments', 1, 2, [MIB, 3 * MIB])]);
  });
});

test('of several preludes the one is right that segments open with', async () => {
  expect(await verify(enc, { preludes: [other, PRELUDE] })).toMatchObject({ damage: [], good: 4 });
  expect(await verify(flipped(START + 50), { preludes: [other, PRELUDE] })).toMatchObject({ good: 3 });
  // Where none is, the likeliest is what it is looked at with.
  expect(await verify(flipped(START + 7), { preludes: [PRELUDE, other] })).toMatchObject({
    ...{ good: 0, prelude: PRELUDE },
    damage: [HEADER, { kind: 'segments', first: 0, count: 4 }],
  });
});

test('with another DEK nothing opens', async () => {
  const dek = newDek();
  expect(await verify(enc, { dek })).toMatchObject({
    good: 0,
    damage: [HEADER, { kind: 'segments', count: 4 }],
  });
  dek.destroy();
});

test('one that is cancelled ends', async () => {
  await expect(verify(enc, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
});

describe('salvaging', () => {
  async function salvage(bytes: Uint8Array) {
    source = await bench.write('file.enc', bytes);
    const { dek, engine, folder } = bench;
    const request = { source, prelude: PRELUDE, dek, folder, plaintextBytes: PLAINTEXT.length };
    const { temporary, verdict } = await salvageToTemporary(engine, request);
    const partial = await readFile(temporary);
    const { mode } = await stat(temporary);
    await rm(temporary);
    expect(mode & 0o077).toBe(0);
    return { partial, verdict };
  }
  /** The plaintext with zeros where these segments' would be. */
  function without(...lost: number[]): Buffer {
    const left = Buffer.from(PLAINTEXT);
    for (const index of lost) left.fill(0, CLEAR[index], CLEAR[index + 1]);
    return left;
  }

  test.each<[string, () => Buffer, number[]]>([
    ['a bad segment', () => flipped(START + MIB + 5), [1]],
    ['several', () => flipped(START + 50, START + END - 1), [0, 3]],
    ['a cut end', () => enc.subarray(0, START + MIB + 9), [1, 2, 3]],
    ['a damaged prelude and stream header', () => flipped(12, START), []],
    ['bytes too many', () => Buffer.concat([enc, enc]), []],
  ])('%s leaves every other byte in its place', async (_, damaged, lost) => {
    const { partial, verdict } = await salvage(damaged());
    expect(partial.equals(without(...lost))).toBe(true);
    expect(verdict.good).toBe(4 - lost.length);
  });
});
