import { readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { platform } from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newDek } from '../../core/crypto/file-key.ts';
import { encodePrelude } from '../../shared/formats/prelude.ts';
import { createEngineBench, type EngineBench, PRELUDE, someBytes } from '../../test/support/engine.ts';
import { mountSmallDisk } from '../../test/support/small-disk.ts';
import { openToTemporary, readPrelude } from './open-file.ts';
import { sealToTemporary } from './seal-file.ts';

const MIB = 1024 * 1024;
const START = PRELUDE.bytes.length;

let bench: EngineBench;
let small: Buffer;
let large: Buffer;
beforeAll(async () => {
  bench = await createEngineBench();
  small = await bench.seal(Buffer.from('hello'));
  large = await bench.seal(someBytes(3 * MIB));
});
afterAll(() => bench.close());

/** The code that opening ends with, after which nothing may be left in the folder. */
async function refusal(enc: Uint8Array): Promise<string> {
  const code = await bench.open(enc).then(
    () => 'opened',
    (error) => error.code,
  );
  expect(await bench.names()).toEqual([]);
  return code;
}

const flipped = (enc: Buffer, position: number, mask = 1) => {
  const changed = Buffer.from(enc);
  changed[position] = (changed[position] ?? 0) ^ mask;
  return changed;
};
/** The three full segments' cells of `large`, the first with prelude and stream header. */
const cells = (enc: Buffer) => [
  enc.subarray(0, START + MIB),
  enc.subarray(START + MIB, START + 2 * MIB),
  enc.subarray(START + 2 * MIB, START + 3 * MIB),
  enc.subarray(START + 3 * MIB),
];

describe('every change of a sealed file is refused', () => {
  test('each byte of a small one', async () => {
    for (let position = 0; position < small.length; position += 1) {
      const expected = position < 8 ? 'FILE_NOT_SEALED' : 'FILE_DAMAGED';
      // Version 1 becomes 0; the versions after 1 have their own test.
      expect(await refusal(flipped(small, position)), `byte ${position}`).toBe(expected);
    }
  });

  test('each shorter length of a small one', async () => {
    for (let length = 0; length < small.length; length += 1) {
      const expected = length < 8 ? 'FILE_NOT_SEALED' : 'FILE_DAMAGED';
      expect(await refusal(small.subarray(0, length)), `${length} bytes`).toBe(expected);
    }
  });

  test.each([
    ['the first segment', START + 41],
    ['the tag of the first segment', START + MIB - 1],
    ['the second segment', START + MIB],
    ['the last segment', START + 3 * MIB + 3],
    ['the salt', START + 1],
    ['the nonce prefix', START + 39],
  ])('a bit in %s of a large one', async (_, position) => {
    expect(await refusal(flipped(large, position, 0x80))).toBe('FILE_DAMAGED');
  });

  test.each([
    START + 40,
    START + MIB - 1,
    START + MIB,
    START + MIB + 1,
    START + MIB + 16,
    START + 2 * MIB,
    START + 3 * MIB,
    START + 3 * MIB + 17,
  ])('a large one cut to %i bytes', async (length) => {
    expect(await refusal(large.subarray(0, length))).toBe('FILE_DAMAGED');
  });

  test.each([
    ['swapped', [0, 2, 1, 3]],
    ['dropped', [0, 2, 3]],
    ['repeated', [0, 1, 1, 2, 3]],
  ])('segments %s', async (_, order) => {
    const parts = cells(large);
    expect(await refusal(Buffer.concat(order.map((index) => parts[index] ?? Buffer.alloc(0))))).toBe(
      'FILE_DAMAGED',
    );
  });

  test('the stream header of another file', async () => {
    const other = await bench.seal(Buffer.from('other'));
    const foreign = Buffer.concat([
      small.subarray(0, START),
      other.subarray(START, START + 40),
      small.subarray(START + 40),
    ]);
    expect(await refusal(foreign)).toBe('FILE_DAMAGED');
  });

  test('the prelude of another file', async () => {
    const { bytes } = encodePrelude({ resource_name: '//sealkeep/other', kacls_url: 'https://kms.example' });
    expect(await refusal(Buffer.concat([bytes, small.subarray(START)]))).toBe('FILE_DAMAGED');
  });

  test.each([1, 16, 1000, MIB])('%i bytes more at the end', async (more) => {
    expect(await refusal(Buffer.concat([small, Buffer.alloc(more)]))).toBe('FILE_DAMAGED');
    expect(await refusal(Buffer.concat([large, Buffer.alloc(more)]))).toBe('FILE_DAMAGED');
  });
});

test('a later version says so', async () => {
  for (const version of [2, 3, 255]) {
    const newer = Buffer.from(small);
    newer[8] = version;
    expect(await refusal(newer)).toBe('FILE_TOO_NEW');
  }
});

test('another DEK looks like damage, and the error names the file only', async () => {
  const source = await bench.write('a.enc', small);
  const dek = newDek();
  const { folder, engine } = bench;
  await expect(openToTemporary(engine, { source, prelude: PRELUDE, folder, dek })).rejects.toMatchObject({
    code: 'FILE_DAMAGED',
    details: { file: source, segment: 0 },
  });
  await rm(source);
});

describe('readPrelude', () => {
  test('gives the header and the size', async () => {
    const file = await bench.write('b.enc', small);
    const { prelude, encBytes } = await readPrelude(file);
    expect(prelude.header).toEqual(PRELUDE.header);
    expect(Buffer.from(prelude.bytes).equals(PRELUDE.bytes)).toBe(true);
    expect(encBytes).toBe(small.length);
    await rename(file, bench.path('c.enc'));
    await expect(readPrelude(file)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', details: { file } });
    await expect(readPrelude(bench.folder)).rejects.toMatchObject({ code: 'FILE_NOT_A_FILE' });
  });
});

describe('the file behind the name', () => {
  test('another one than the prelude was read from is refused', async () => {
    const { folder, dek } = bench;
    const other = encodePrelude({ resource_name: '//sealkeep/other', kacls_url: 'https://kms.example' });
    const plain = await bench.write('plain', 'hello');
    const { temporary } = await sealToTemporary(bench.engine, { source: plain, folder, prelude: other, dek });
    const before = await bench.names();
    const request = { source: temporary, folder, prelude: PRELUDE, dek };
    await expect(openToTemporary(bench.engine, request)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
    expect(await bench.names()).toEqual(before);
  });

  test('one that shrinks while it is read is damaged', async () => {
    const { folder, pool, dek } = bench;
    const source = await bench.write('shrinking.enc', large);
    const shrinking = {
      close: () => pool.close(),
      async run(...[task, options]: Parameters<typeof pool.run>) {
        await writeFile(source, large.subarray(0, MIB));
        return pool.run(task, options);
      },
    };
    const request = { source, folder, prelude: PRELUDE, dek };
    await expect(openToTemporary({ ...bench.engine, pool: shrinking }, request)).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    });
  });

  test('opens whole, with its size', async () => {
    const { folder, dek } = bench;
    const source = await bench.write('whole.enc', large);
    const opened = await openToTemporary(bench.engine, { source, folder, prelude: PRELUDE, dek });
    expect(opened.plaintextBytes).toBe(3 * MIB);
    expect((await readFile(opened.temporary)).equals(someBytes(3 * MIB))).toBe(true);
  });

  test('leaves nothing where its opening is cancelled at the very end', async () => {
    const { folder, pool, dek } = bench;
    const source = await bench.write('whole.enc', large);
    const before = await bench.names();
    const controller = new AbortController();
    const late = {
      close: () => pool.close(),
      async run(...[task, options]: Parameters<typeof pool.run>) {
        const failure = await pool.run(task, options);
        controller.abort();
        return failure;
      },
    };
    const request = { source, folder, prelude: PRELUDE, dek, signal: controller.signal };
    await expect(openToTemporary({ ...bench.engine, pool: late }, request)).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
    expect(await bench.names()).toEqual(before);
  });

  test('does not fit on a full disk', async () => {
    const disk = mountSmallDisk();
    if (!disk) return;
    try {
      const { dek } = bench;
      const source = await bench.write('whole.enc', large);
      const request = { source, folder: disk.folder, prelude: PRELUDE, dek };
      await expect(openToTemporary(bench.engine, request)).rejects.toMatchObject({ code: 'OUTPUT_NO_SPACE' });
    } finally {
      disk.remove();
    }
  });
});

test.runIf(platform === 'linux')('what was sparse takes no room again, whatever its length', async () => {
  const { folder, engine, dek } = bench;
  const source = await bench.write('sparse.bin', 'start');
  await truncate(source, 40 * MIB + 7);
  const sealed = await sealToTemporary(engine, { source, folder, prelude: PRELUDE, dek });
  const request = { source: sealed.temporary, folder, prelude: PRELUDE, dek };
  const { temporary } = await openToTemporary(engine, request);
  const { size, blocks } = await stat(temporary);
  expect(size).toBe(40 * MIB + 7);
  expect(blocks * 512).toBeLessThan(3 * MIB);
  const content = await readFile(temporary);
  expect(content.subarray(0, 5).toString()).toBe('start');
  expect(content.subarray(5).every((byte) => byte === 0)).toBe(true);
});
