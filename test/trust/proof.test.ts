import { mkdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Proof, ToProve } from '../../agent/jobs/proof.ts';
import { proveFiles } from '../../agent/jobs/prove-files.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { trashProven } from '../../agent/jobs/trash-proven.ts';
import type { Trash } from '../../agent/trash/trash.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { someBytes } from '../support/engine.ts';
import { withJson } from '../support/meddling-proxy.ts';
import {
  bytesBelow,
  collector,
  startTestWorld,
  type TestWorld,
  type WorldPerson,
} from '../support/test-world.ts';

const MIB = 1024 * 1024;
let world: TestWorld;
let alice: WorldPerson;
let number = 0;
let folder: string;
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
});
afterAll(() => world.close());
beforeEach(async () => {
  number += 1;
  folder = path.join(alice.folder, String(number));
  await mkdir(folder);
});

async function sealed(contents: Readonly<Record<string, string | Buffer>>): Promise<ToProve[]> {
  const sources: string[] = [];
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(path.join(folder, name), content);
    sources.push(path.join(folder, name));
  }
  const sealing = collector();
  await sealFiles(alice.agent.jobs, { sources }, sealing.report);
  expect(sealing.failed).toEqual([]);
  return sealing.finished.map(({ file, out }) => ({ original: file, enc: out }));
}

async function prove(files: readonly ToProve[], signal?: AbortSignal) {
  const proofs: Proof[] = [];
  const { report, failed } = collector();
  await proveFiles(
    alice.agent.jobs,
    { files, signal },
    { ...report, proved: (proof) => void proofs.push(proof) },
  );
  return { proofs, failed, codes: failed.map(({ error }) => error.code) };
}

/** What a proof of the only file comes to. */
async function outcomeOf(files: readonly ToProve[]): Promise<string> {
  const { proofs, codes } = await prove(files);
  expect(proofs.length + codes.length).toBe(1);
  return codes[0] ?? 'proved';
}

const unwraps = () => world.proxies.kms.seen.filter(({ path }) => path === '/unwrap/batch').length;

describe('a proof', () => {
  test('is what was read back from disk, unwrapped by the KMS anew and compared, as data', async () => {
    const files = await sealed({ 'large.bin': someBytes(3 * MIB), empty: '', 'small.txt': 'small' });
    const before = unwraps();
    const { proofs, failed } = await prove(files);
    expect(failed).toEqual([]);
    expect(unwraps()).toBe(before + 1);
    const told = proofs.map(({ original, segments, bytes }) => [path.basename(original), segments, bytes]);
    expect(told.sort()).toEqual([
      ['empty', 1, 0],
      ['large.bin', 4, 3 * MIB],
      ['small.txt', 1, 5],
    ]);
    for (const { ms } of proofs) expect(ms).toBeGreaterThan(0);
  });

  test('of 600 files asks the KMS three times, and finds the two that are not the same', async () => {
    const files = await sealed(
      Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`${index}.txt`, `content ${index}`])),
    );
    for (const index of [7, 555]) {
      const file = path.join(folder, `${index}.txt`);
      const { mtime } = await stat(file);
      await writeFile(file, `Content ${index}`);
      await utimes(file, mtime, mtime);
    }
    const before = unwraps();
    const { proofs, failed } = await prove(files);
    expect(proofs).toHaveLength(598);
    expect(unwraps()).toBe(before + 3);
    expect(failed.map(({ file, error }) => [path.basename(file), error.code]).sort()).toEqual([
      ['555.txt', 'PROOF_FAILED'],
      ['7.txt', 'PROOF_FAILED'],
    ]);
  });

  test('asks the KMS: one that gives another key proves nothing, whatever the sealing has in memory', async () => {
    const files = await sealed({ 'a.txt': 'a' });
    world.proxies.kms.meddle = async ({ path }, forward) => {
      const reply = await forward();
      if (path !== '/unwrap/batch') return reply;
      return withJson(reply, ({ items }: { items: object[] }) => ({
        items: items.map((item) => ({ ...item, key: Buffer.alloc(32).toString('base64') })),
      }));
    };
    expect(await outcomeOf(files)).toBe('KEY_FILE_ALTERED');
    world.proxies.kms.meddle = undefined;
    expect(await outcomeOf(files)).toBe('proved');
  });

  test('is not begun after a cancel, and without a login it fails once', async () => {
    const files = await sealed({ a: 'a', b: 'b' });
    const before = unwraps();
    expect((await prove(files, AbortSignal.abort())).codes).toEqual(['JOB_CANCELLED', 'JOB_CANCELLED']);
    expect(unwraps()).toBe(before);
    const { agent } = await world.person('bob');
    await agent.login.logout();
    const proving = proveFiles(agent.jobs, { files }, { ...collector().report, proved: () => undefined });
    await expect(proving).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
  });
});

/** Two files: small ones go another way where there are several. */
const SMALL = { 'a.txt': 'content', 'b.txt': 'other' };
const LARGE = { 'a.txt': someBytes(3 * MIB) };

describe.each([
  ['a large file', LARGE],
  ['small files', SMALL],
])('of %s there is no proof', (_, contents) => {
  let files: ToProve[];
  let original: string;
  let enc: string;
  let key: string;
  beforeEach(async () => {
    files = await sealed(contents);
    original = path.join(folder, 'a.txt');
    [enc, key] = [`${original}.enc`, `${original}.key`];
  });

  /** What the first comes to, after which nothing was written and the other is proved. */
  async function refusal(): Promise<string> {
    const before = await bytesBelow(folder);
    const { proofs, failed } = await prove(files);
    expect(proofs.map(({ original }) => path.basename(original))).toEqual(
      Object.keys(contents).filter((name) => name !== 'a.txt'),
    );
    expect((await bytesBelow(folder)).equals(before)).toBe(true);
    expect(failed.map(({ file }) => file)).toEqual([original]);
    return failed[0]?.error.code ?? '';
  }

  test.each([
    ['its beginning', (bytes: Buffer) => void bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)],
    ['its header', (bytes: Buffer) => void bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200)],
    ['its end', (bytes: Buffer) => void bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)],
  ])('where the .enc is damaged at %s', async (_at, damage) => {
    const bytes = await readFile(enc);
    damage(bytes);
    await writeFile(enc, bytes);
    expect(await refusal()).toMatch(/^FILE_(DAMAGED|NOT_SEALED)$/);
  });

  test('where the .enc was cut', async () => {
    const bytes = await readFile(enc);
    await writeFile(enc, bytes.subarray(0, -1));
    expect(await refusal()).toMatch(/^(FILE_DAMAGED|PROOF_FAILED)$/);
  });

  test('where the .key lies: its wrapped key is of another file', async () => {
    const other = await alice.sealed(`other ${number}.txt`, 'other');
    const keys = await Promise.all(
      [key, other.key].map(async (file) => JSON.parse(await readFile(file, 'utf8'))),
    );
    await writeFile(key, JSON.stringify({ ...keys[0], wrapped_key: keys[1].wrapped_key }));
    expect(await refusal()).toBe('WRAPPED_KEY_INVALID');
  });

  test('where its claims were changed', async () => {
    await writeFile(key, (await readFile(key, 'utf8')).replace('a.txt', 'z.txt'));
    expect(await refusal()).toBe('KEY_FILE_ALTERED');
  });

  test('where the .key is gone, though the registry has a copy', async () => {
    await rm(key);
    expect(await refusal()).toBe('FILE_NOT_FOUND');
  });

  test('where the .enc is gone', async () => {
    await rm(enc);
    expect(await refusal()).toBe('FILE_NOT_FOUND');
  });

  test('where the pair is whole, but of another content of the same length', async () => {
    const bytes = Buffer.from(await readFile(original));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const { mtime } = await stat(original);
    await writeFile(original, bytes);
    await utimes(original, mtime, mtime);
    expect(await refusal()).toBe('PROOF_FAILED');
  });

  test('where the original became longer', async () => {
    await writeFile(original, 'more', { flag: 'a' });
    expect(await refusal()).toBe('PROOF_FAILED');
  });

  test('where the original is a link by now', async () => {
    await rename(original, `${original}.real`);
    await symlink(`${original}.real`, original);
    expect(await refusal()).toBe('FILE_NOT_A_FILE');
  });

  test('where the original is written to meanwhile', async () => {
    world.proxies.kms.meddle = async (_request, forward) => {
      await utimes(original, new Date(), new Date());
      return forward();
    };
    expect(await refusal()).toBe('FILE_CHANGED');
    world.proxies.kms.meddle = undefined;
  });
});

describe('only what is proved goes to the trash', () => {
  async function trashed(files: readonly ToProve[], spoil: (files: readonly ToProve[]) => Promise<void>) {
    const { proofs } = await prove(files);
    expect(proofs).toHaveLength(files.length);
    await spoil(files);
    const moved: string[] = [];
    const told: (string | undefined)[] = [];
    const trash: Trash = async (file) => {
      if (file.endsWith('refused')) throw new SealkeepError('TRASH_FAILED', { file });
      moved.push(path.basename(file));
      return `/trash/${path.basename(file)}`;
    };
    const { report, failed } = collector();
    await trashProven(trash, { proofs }, { ...report, trashed: (_proof, to) => void told.push(to) });
    return { moved: moved.sort(), told, failed: failed.map(({ error }) => error.code) };
  }

  test('and it is said where it went, or why it stays', async () => {
    const files = await sealed({ a: 'a', refused: 'b' });
    const outcome = await trashed(files, async () => undefined);
    expect(outcome).toEqual({ moved: ['a'], told: ['/trash/a'], failed: ['TRASH_FAILED'] });
  });

  test.each([
    ['the original was edited', 'original', 'PROOF_OUTDATED'],
    ['the .enc was touched', 'enc', 'PROOF_OUTDATED'],
    ['the .key was touched', 'key', 'PROOF_OUTDATED'],
  ] as const)('not where %s since', async (_, which, code) => {
    const outcome = await trashed(await sealed(LARGE), async ([file]) => {
      const pair = { ...file, key: file?.enc.replace(/\.enc$/, '.key') };
      await utimes(pair[which] ?? '', new Date(), new Date());
    });
    expect(outcome).toEqual({ moved: [], told: [], failed: [code] });
  });

  test.each(['enc', 'key'])('not where the .%s is gone', async (ending) => {
    const outcome = await trashed(await sealed(LARGE), async ([file]) => {
      await rm((file?.enc ?? '').replace(/enc$/, ending));
    });
    expect(outcome).toEqual({ moved: [], told: [], failed: ['FILE_NOT_FOUND'] });
  });

  test('nor after a cancel', async () => {
    const { proofs } = await prove(await sealed({ a: 'a' }));
    const { report, failed } = collector();
    const trash: Trash = async () => expect.unreachable();
    const request = { proofs, signal: AbortSignal.abort() };
    await trashProven(trash, request, { ...report, trashed: () => expect.unreachable() });
    expect(failed.map(({ error }) => error.code)).toEqual(['JOB_CANCELLED']);
  });
});
