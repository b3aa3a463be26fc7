import { appendFile, readFile, utimes, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newDek } from '../../core/crypto/file-key.ts';
import { createEngineBench, type EngineBench, someBytes } from '../../test/support/engine.ts';
import { compareFile } from './compare-file.ts';
import { readPrelude } from './open-file.ts';

const MIB = 1024 * 1024;
const FIRST = MIB - 56;

let bench: EngineBench;
beforeAll(async () => {
  bench = await createEngineBench();
});
afterAll(() => bench.close());

/** A file and what was sealed of it, or of other bytes. */
async function pairOf(original: Buffer, sealed = original): Promise<{ original: string; enc: string }> {
  const enc = await bench.write('a.enc', await bench.seal(sealed));
  return { original: await bench.write('a', original), enc };
}

async function compare(pair: { original: string; enc: string }, overrides = {}): Promise<number | string> {
  const { prelude } = await readPrelude(pair.enc);
  return compareFile(bench.engine, { ...pair, prelude, dek: bench.dek, ...overrides }).catch(
    (error) => error.code,
  );
}

function flipped(bytes: Buffer, position: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(position) ^ 1, position);
  return changed;
}

test.each([
  [0, 1],
  [1, 1],
  [FIRST - 1, 1],
  [FIRST, 1],
  [FIRST + 1, 2],
  [3 * MIB, 4],
])('%i bytes are the same in %i segments, and nothing is written', async (size, segments) => {
  const pair = await pairOf(someBytes(size));
  const before = await Promise.all([readFile(pair.original), readFile(pair.enc)]);
  expect(await compare(pair)).toBe(segments);
  expect(await Promise.all([readFile(pair.original), readFile(pair.enc)])).toEqual(before);
  expect(await bench.names()).toEqual(['a', 'a.enc']);
});

describe('an original that holds something else is told', () => {
  const size = 3 * MIB;
  test.each([0, FIRST - 1, FIRST, FIRST + 1, 2 * MIB, 512 * 1024, size - 1])(
    'by one bit at %i',
    async (at) => {
      const bytes = someBytes(size);
      expect(await compare(await pairOf(flipped(bytes, at), bytes))).toBe('PROOF_FAILED');
    },
  );

  test.each([
    ['shorter', size - 1],
    ['longer', size + 1],
    ['empty', 0],
  ])('when it is %s', async (_, other) => {
    expect(await compare(await pairOf(someBytes(other), someBytes(size)))).toBe('PROOF_FAILED');
  });
});

test.each([2 * MIB, 3 * MIB + 100])(
  'a sealed file that was changed at %i is damaged, whatever the original holds',
  async (at) => {
    const pair = await pairOf(someBytes(3 * MIB));
    await writeFile(pair.enc, flipped(await readFile(pair.enc), at));
    expect(await compare(pair)).toBe('FILE_DAMAGED');
  },
);

test('another DEK opens nothing, so nothing is the same', async () => {
  expect(await compare(await pairOf(someBytes(100)), { dek: newDek() })).toBe('FILE_DAMAGED');
});

describe('what is written to while it is compared is refused, also where the bytes were the same', () => {
  test.each(['original', 'enc'] as const)('the %s', async (which) => {
    const pair = await pairOf(someBytes(3 * MIB));
    const pool = {
      ...bench.pool,
      async run(...args: Parameters<typeof bench.pool.run>) {
        const failure = await bench.pool.run(...args);
        await utimes(pair[which], new Date(), new Date());
        return failure;
      },
    };
    const { prelude } = await readPrelude(pair.enc);
    const comparing = compareFile({ pool }, { ...pair, prelude, dek: bench.dek });
    await expect(comparing).rejects.toMatchObject({ code: 'FILE_CHANGED', details: { file: pair[which] } });
  });

  test('so is an original that grows and differs because of it', async () => {
    const bytes = someBytes(3 * MIB);
    const pair = await pairOf(flipped(bytes, 5), bytes);
    const pool = {
      ...bench.pool,
      async run(...args: Parameters<typeof bench.pool.run>) {
        await appendFile(pair.original, 'more');
        return bench.pool.run(...args);
      },
    };
    const { prelude } = await readPrelude(pair.enc);
    const comparing = compareFile({ pool }, { ...pair, prelude, dek: bench.dek });
    await expect(comparing).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });
});

test('it tells how far it is, and is cancelled', async () => {
  const pair = await pairOf(someBytes(3 * MIB));
  const seen: number[] = [];
  await compare(pair, { onProgress: (bytes: number) => seen.push(bytes) });
  expect(seen.at(-1)).toBe(3 * MIB);
  expect(await compare(pair, { signal: AbortSignal.abort() })).toBe('JOB_CANCELLED');
});
