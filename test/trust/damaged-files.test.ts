import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type VerifiedFile, type VerifyFilesRequest, verifyFiles } from '../../agent/jobs/verify-files.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';
import type { SealkeepError } from '../../shared/errors/error.ts';
import { someBytes } from '../support/engine.ts';
import { startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

const MIB = 1024 * 1024;
const CONTENT = someBytes(2 * MIB + 5);

let world: TestWorld;
let alice: WorldPerson;
let large: { enc: string; key: string };
let other: { enc: string; key: string };
let pair: { enc: string; key: string };
let count = 0;
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
  large = await alice.sealed('large.bin', CONTENT);
  other = await alice.sealed('other.txt', 'other');
});
afterAll(() => world.close());
/** A copy of the pair, in a folder of its own. */
beforeEach(async () => {
  count += 1;
  const folder = path.join(alice.folder, `${count}`);
  await mkdir(folder);
  pair = { enc: path.join(folder, 'large.bin.enc'), key: path.join(folder, 'large.bin.key') };
  await copyFile(large.enc, pair.enc);
  await copyFile(large.key, pair.key);
});

interface Verified {
  readonly verified: VerifiedFile[];
  readonly failed: { readonly file: string; readonly error: SealkeepError }[];
}

async function verify(sources: readonly string[], more: Partial<VerifyFilesRequest> = {}): Promise<Verified> {
  const told: Verified = { verified: [], failed: [] };
  await verifyFiles(
    alice.agent.jobs,
    { sources, ...more },
    {
      verified: (file) => void told.verified.push(file),
      failed: (file, error) => void told.failed.push({ file, error }),
      progress: () => undefined,
    },
  );
  return told;
}

async function change(file: string, edit: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(file, edit(await readFile(file)));
}
const preludeEnd = (bytes: Buffer) => 13 + bytes.readUInt32BE(9);
function flip(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}
/** Of base64, another one of base64. */
function anotherLetter(bytes: Buffer, at: number): Buffer {
  bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
  return bytes;
}
const inSecondSegment = (bytes: Buffer) => flip(bytes, preludeEnd(bytes) + MIB + 100);
const namesBeside = async () => (await readdir(path.dirname(pair.enc))).sort();

describe('verifying', () => {
  test('says of sound files that they are, and writes nothing', async () => {
    const { verified, failed } = await verify([pair.enc, other.enc]);
    expect(failed).toEqual([]);
    expect(verified).toMatchObject([
      { file: pair.enc, bytes: CONTENT.length, damage: [], segments: 3, good: 3, key: 'beside' },
      { file: other.enc, bytes: 5, damage: [], keyError: undefined, partial: undefined },
    ]);
    expect(await namesBeside()).toEqual(['large.bin.enc', 'large.bin.key']);
  });

  test('unwraps many files at once', async () => {
    const sources = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const enc = path.join(path.dirname(pair.enc), `${index}.enc`);
        await copyFile(other.enc, enc);
        await copyFile(other.key, enc.replace(/enc$/, 'key'));
        return enc;
      }),
    );
    const before = world.proxies.kms.seen.length;
    const { verified, failed } = await verify([...sources, pair.enc]);
    expect([verified.length, failed]).toEqual([41, []]);
    expect(world.proxies.kms.seen.length - before).toBe(1);
  });

  test('stands in the audit log with what it was for', async () => {
    await verify([pair.enc]);
    const database = openSqlite<KmsSchema>(world.kms.config.databaseFile);
    const last = await database.selectFrom('audit').selectAll().orderBy('seq', 'desc').executeTakeFirst();
    await database.destroy();
    expect(last).toMatchObject({
      actor: 'alice',
      operation: 'unwrap',
      reason: 'verify',
      decision: 'allowed',
    });
  });

  test.each<[string, (bytes: Buffer) => Buffer, readonly object[]]>([
    ['a bad segment', inSecondSegment, [{ kind: 'segments', first: 1, count: 1 }]],
    ['a cut end', (bytes) => bytes.subarray(0, -MIB), [{ kind: 'cut', first: 1, count: 2 }]],
    ['an empty file', () => Buffer.alloc(0), []],
  ])('tells %s among good ones', async (_, edit, damage) => {
    await change(pair.enc, edit);
    const { verified, failed } = await verify([other.enc, pair.enc]);
    const found = verified.find(({ file }) => file === pair.enc);
    if (damage.length > 0) expect(found?.damage).toMatchObject(damage);
    else expect(failed).toMatchObject([{ file: pair.enc, error: { code: 'FILE_NOT_SEALED' } }]);
    expect(verified.find(({ file }) => file === other.enc)?.damage).toEqual([]);
    expect(await namesBeside()).toEqual(['large.bin.enc', 'large.bin.key']);
  });

  /** Every kind of harm to the prelude: what it was is made anew from the `.key`. */
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['the magic', (bytes) => flip(bytes, 2)],
    ['the version', (bytes) => flip(bytes, 8)],
    ['the header’s length', (bytes) => flip(bytes, 9)],
    ['the resource name', (bytes) => flip(bytes, bytes.indexOf('//sealkeep/') + 30)],
    ['the realm', (bytes) => flip(bytes, bytes.indexOf('//sealkeep/') + 3)],
    ['the address of the KMS', (bytes) => flip(bytes, bytes.indexOf('kms.sealkeep'))],
    ['the name of the cipher', (bytes) => flip(bytes, bytes.indexOf('AES256'))],
  ])('sees through harm to %s', async (_, edit) => {
    await change(pair.enc, edit);
    const { verified, failed } = await verify([pair.enc], { isSalvage: true });
    expect(failed).toEqual([]);
    expect(verified).toMatchObject([
      { damage: [{ kind: 'prelude' }], good: 3, key: 'beside', keyError: undefined },
    ]);
    const out = verified[0]?.partial?.out ?? '';
    expect((await readFile(out)).equals(CONTENT)).toBe(true);
    // Nothing of it is lost.
    expect(path.basename(out)).toBe('large.bin');
  });
});

describe('a .key that does not fit', () => {
  test.each<[string, () => Promise<void>, string | undefined, 'beside' | 'registry']>([
    ['missing', () => rm(pair.key), undefined, 'registry'],
    ['of another file', () => copyFile(other.key, pair.key), 'KEY_FILE_MISMATCH', 'registry'],
    ['no .key at all', () => writeFile(pair.key, 'nonsense'), 'KEY_FILE_INVALID', 'registry'],
    [
      'with another size',
      () => change(pair.key, (bytes) => Buffer.from(bytes.toString().replace(/"size": \d+/, '"size": 7'))),
      'KEY_FILE_ALTERED',
      'registry',
    ],
    [
      'whose wrapped key is damaged',
      () => change(pair.key, (bytes) => anotherLetter(bytes, bytes.indexOf('wrapped_key') + 60)),
      'WRAPPED_KEY_INVALID',
      'registry',
    ],
    [
      'whose address is too long for a prelude',
      () =>
        change(pair.key, (bytes) =>
          Buffer.from(bytes.toString().replace(/"kacls_url": "[^"]*"/, `"kacls_url": "${'é'.repeat(500)}"`)),
        ),
      undefined,
      'beside',
    ],
  ])('%s: another one stands in where it has to, and that is said', async (_, edit, code, key) => {
    await edit();
    const { verified, failed } = await verify([pair.enc]);
    expect(failed).toEqual([]);
    expect([verified[0]?.damage, verified[0]?.keyError?.code]).toEqual([[], code]);
    // It names the file that it is about.
    expect(verified.map(({ keyError }) => keyError && 'file' in keyError.details)).toEqual([code && true]);
    expect(verified[0]?.key).toBe(key);
  });

  test('of another file, while nothing else is to be had, is said to be that', async () => {
    await copyFile(other.key, pair.key);
    await change(pair.enc, (bytes) => flip(bytes, bytes.indexOf('//sealkeep/') + 30));
    const { verified, failed } = await verify([pair.enc]);
    expect(verified).toEqual([]);
    expect(failed).toMatchObject([{ file: pair.enc, error: { code: 'KEY_FILE_MISMATCH' } }]);
  });
});

describe('salvaging', () => {
  test('writes what is left under a name that says so, and overwrites nothing', async () => {
    await change(pair.enc, inSecondSegment);
    const expected = Buffer.from(CONTENT).fill(0, MIB - 56, 2 * MIB - 72);
    for (const name of ['large (partial).bin', 'large (partial) (2).bin']) {
      const { verified } = await verify([pair.enc, other.enc], { isSalvage: true });
      const partials = verified.flatMap(({ partial }) => partial?.out ?? []);
      expect(partials).toEqual([path.join(path.dirname(pair.enc), name)]);
      expect((await readFile(partials[0] ?? '')).equals(expected)).toBe(true);
    }
    expect(await namesBeside()).toEqual(
      ['large (partial) (2).bin', 'large (partial).bin', 'large.bin.enc', 'large.bin.key'].sort(),
    );
    expect(await readdir(path.dirname(other.enc))).not.toContain('other (partial).txt');
  });

  test('leaves nothing where nothing opens, or where it is cancelled', async () => {
    await change(pair.enc, (bytes) => flip(bytes, preludeEnd(bytes) + 5));
    const { verified } = await verify([pair.enc], { isSalvage: true });
    expect(verified).toMatchObject([{ good: 0, partial: undefined }]);
    const cancelled = await verify([pair.enc], { isSalvage: true, signal: AbortSignal.abort() });
    expect(cancelled.failed).toMatchObject([{ error: { code: 'JOB_CANCELLED' } }]);
    expect(await namesBeside()).toEqual(['large.bin.enc', 'large.bin.key']);
  });

  test('writes where it is told to', async () => {
    await change(pair.enc, inSecondSegment);
    const folder = path.join(path.dirname(pair.enc), 'salvaged');
    await mkdir(folder);
    await verify([pair.enc], { isSalvage: true, folder });
    expect(await readdir(folder)).toEqual(['large (partial).bin']);
  });
});
