import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { someBytes } from '../support/engine.ts';
import { folderSnapshot } from '../support/folder-snapshot.ts';
import { placePerTest } from '../support/place-per-test.ts';
import { sentencesOf } from '../support/sentences.ts';
import { collector } from '../support/test-world.ts';

const MIB = 1024 * 1024;
const here = placePerTest();
const { at } = here;

async function seal(source: string, more: { folder?: string; signal?: AbortSignal } = {}) {
  const { report, finished, failed } = collector();
  const sealed = await sealFolder(here.alice.agent.jobs, { source, ...more }, report);
  sentencesOf(failed);
  return { sealed, finished, failed: codesOf(failed) };
}

async function open(source: string, more: { folder?: string; signal?: AbortSignal } = {}) {
  const { report, finished, failed } = collector();
  const opened = await openFolder(here.alice.agent.jobs, { source, ...more }, report);
  sentencesOf(failed);
  return { opened, finished, failed: codesOf(failed) };
}

function codesOf(failed: ReturnType<typeof collector>['failed']) {
  return failed.map(({ file, error }) => [path.relative(here.folder, file), error.code]).sort();
}

async function write(name: string, content: string | Uint8Array = name): Promise<string> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
  return at(name);
}

const LONG = `${'x'.repeat(251)}.jpg`;

describe('a rich folder', () => {
  async function makeRich(): Promise<void> {
    await write('photos/.hidden/.more', 'hidden');
    await write('photos/empty.bin', '');
    await write(`photos/${LONG}`, 'long');
    await write(`photos/${'日'.repeat(85)}/${'本'.repeat(85)}`, 'long in long');
    await write('photos/caf\u00e9', 'one code point');
    await write('photos/cafe\u0301', 'two');
    await write('photos/\ufeffmark', 'mark');
    await write('photos/large.bin', someBytes(3 * MIB + 5));
    await write('photos/sealkeep-folder', 'not the manifest');
    await mkdir(at('photos/sealkeep-folder.key'));
    await mkdir(at('photos/deep/empty'), { recursive: true });
    await write('photos/sparse', '');
    await truncate(at('photos/sparse'), 64 * MIB);
    await appendFile(at('photos/sparse'), 'end');
    await here.sealed('photos/deep/before.txt', 'sealed before');
    await write('photos/deep/before.txt.txt', 'beside it');
    await here.sealed('photos/deep/alone.txt', 'its key is lost');
    await rm(at('photos/deep/alone.txt'));
    await rm(at('photos/deep/alone.txt.key'));
    await symlink('deep/before.txt', at('photos/link'));
    await symlink('../deep', at('photos/.hidden/to folder'));
    await symlink('nowhere', at('photos/dangling'));
    await chmod(at('photos/large.bin'), 0o4640);
    await chmod(at('photos/empty.bin'), 0o400);
    await chmod(at('photos/deep/empty'), 0o500);
    await chmod(at('photos/deep'), 0o750);
    await chmod(at('photos'), 0o711);
    const old = [
      'photos/large.bin',
      'photos/deep/before.txt.enc',
      'photos/deep/empty',
      'photos/deep',
      'photos/.hidden',
      'photos',
    ];
    // The last ones before 1970, which Node takes as text only.
    for (const [index, name] of old.entries())
      await utimes(at(name), new Date(), String(1_234_567_890.123456 - index * 1e8 * 4));
  }

  test('comes back as it was, wherever it is opened', async () => {
    await makeRich();
    const before = await folderSnapshot(at('photos'));
    const { sealed, finished, failed } = await seal(at('photos'));
    expect(failed).toEqual([]);
    expect(sealed).toMatchObject({ out: at('photos.sealed'), files: 12, isWhole: true });
    expect(finished.map(({ out }) => out)).toEqual([at('photos.sealed')]);
    expect(await folderSnapshot(at('photos'))).toEqual(before);
    const tree = await folderSnapshot(at('photos.sealed'));
    expect(JSON.stringify(tree)).not.toContain('sealkeep-tmp');
    expect(Object.keys(tree)).toContain('sealkeep-folder.enc');
    expect(Object.keys(tree)).toContain('deep/before (2).txt.enc');

    await mkdir(at('elsewhere'));
    await rename(at('photos.sealed'), at('elsewhere/holiday.sealed'));
    const opening = await open(at('elsewhere/holiday.sealed'));
    expect(opening.failed).toEqual([]);
    expect(opening.opened).toEqual({
      out: at('elsewhere/holiday'),
      files: 12,
      bytes: sealed?.bytes,
      isWhole: true,
      renamed: [],
    });
    const after = await folderSnapshot(at('elsewhere/holiday'));
    const large = before['large.bin'] as { mode: string };
    expect(after).toEqual({ ...before, 'large.bin': { ...large, mode: '640' } });
    const { blocks } = await stat(at('elsewhere/holiday/sparse'));
    expect(blocks * 512).toBeLessThan(MIB);
    // The registry has the key of the one that was alone.
    expect((await here.alice.open(at('elsewhere/holiday/deep/alone.txt.enc'))).failed).toEqual([]);
  });

  test('leaves out what can’t be taken along, says so, and does not call itself whole', async () => {
    await write('secret.txt');
    await write('photos/good.txt');
    await symlink('../secret.txt', at('photos/out'));
    await symlink(at('photos/good.txt'), at('photos/absolute'));
    await symlink('..', at('photos/up'));
    await symlink('up/secret.txt', at('photos/through'));
    execFileSync('mkfifo', [at('photos/pipe')]);
    await writeFile(Buffer.concat([Buffer.from(at('photos/')), Buffer.of(0x66, 0xff)]), '');
    const { sealed, failed } = await seal(at('photos'));
    expect(failed).toEqual([
      ['photos/absolute', 'FILE_LINK_LEAVES'],
      ['photos/f\ufffd', 'FILE_NAME_REFUSED'],
      ['photos/out', 'FILE_LINK_LEAVES'],
      ['photos/pipe', 'FILE_NOT_A_FILE'],
      ['photos/through', 'FILE_LINK_LEAVES'],
      ['photos/up', 'FILE_LINK_LEAVES'],
    ]);
    expect(sealed).toMatchObject({ files: 1, isWhole: false });
    const { opened } = await open(at('photos.sealed'));
    expect(opened).toMatchObject({ out: at('photos (2)'), isWhole: true });
    expect(await readdir(at('photos (2)'))).toEqual(['good.txt']);
  });
});

test('a name is never taken from anything, and an empty folder is one too', async () => {
  await mkdir(at('photos'));
  await write('photos.sealed', 'a file');
  await mkdir(at('photos (2).sealed'));
  expect((await seal(at('photos'))).sealed?.out).toBe(at('photos (3).sealed'));
  await mkdir(at('out'));
  expect((await seal(at('photos'), { folder: at('out') })).sealed?.out).toBe(at('out/photos.sealed'));
  expect((await open(at('out/photos.sealed'))).opened).toMatchObject({ out: at('out/photos'), files: 0 });
  expect((await open(at('out/photos.sealed'))).opened?.out).toBe(at('out/photos (2)'));
  expect((await open(at('photos (3).sealed'), { folder: at('out') })).opened?.out).toBe(at('out/photos (3)'));
  expect(await readFile(at('photos.sealed'), 'utf8')).toBe('a file');
});

test('a folder whose own name is full comes back under it', async () => {
  const name = 'é'.repeat(127);
  await write(`${name}/file`);
  const { sealed } = await seal(at(name));
  await mkdir(at('out'));
  await seal(at(name));
  const again = (await readdir(here.folder)).find((one) => one.endsWith(' (2).sealed')) ?? '';
  for (const one of [sealed?.out ?? '', at(again)])
    expect((await open(one, { folder: at('out') })).failed).toEqual([]);
  const opened = await readdir(at('out'));
  expect(opened).toHaveLength(2);
  expect(opened).toContain(name);
  expect(opened.filter((one) => /^é+~[0-9a-f]{8} \(2\)$/.test(one))).toHaveLength(1);
});

test('files that fail are left out, and only those', async () => {
  for (let index = 0; index < 5; index += 1) await write(`photos/${index}`);
  const { sealed } = await seal(at('photos'));
  expect(sealed?.isWhole).toBe(true);
  const from = at('photos.sealed');
  const flipped = await readFile(path.join(from, '1.enc'));
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  await writeFile(path.join(from, '1.enc'), flipped);
  await rm(path.join(from, '2.enc'));
  // Two that change their places open by themselves, but not as each other.
  for (const ending of ['enc', 'key']) {
    await rename(path.join(from, `3.${ending}`), at('kept'));
    await rename(path.join(from, `4.${ending}`), path.join(from, `3.${ending}`));
    await rename(at('kept'), path.join(from, `4.${ending}`));
  }
  const { opened, failed } = await open(from);
  expect(failed).toEqual([
    ['photos.sealed/1.enc', 'FILE_DAMAGED'],
    ['photos.sealed/2.enc', 'FILE_NOT_FOUND'],
    ['photos.sealed/3.enc', 'FILE_MISPLACED'],
    ['photos.sealed/4.enc', 'FILE_MISPLACED'],
  ]);
  expect(opened).toMatchObject({ files: 1, isWhole: false });
  expect(await readdir(at('photos (2)'))).toEqual(['0']);
});

describe('a manifest that is not the folder’s own opens nothing', () => {
  const manifest = () => at('photos.sealed/sealkeep-folder.enc');
  const leavesNothing = async (code: string) => {
    const before = await readdir(here.folder);
    const { opened, failed, finished } = await open(at('photos.sealed'));
    expect([opened, failed, finished]).toEqual([undefined, [['photos.sealed', code]], []]);
    expect(await readdir(here.folder)).toEqual(before);
  };

  test('cut, changed or of another file', async () => {
    await write('photos/file', 'plain');
    await seal(at('photos'));
    const whole = await readFile(manifest());
    await writeFile(manifest(), whole.subarray(0, -1));
    await leavesNothing('FILE_MANIFEST_DAMAGED');
    await writeFile(manifest(), Buffer.concat([whole, Buffer.from('x')]));
    await leavesNothing('FILE_MANIFEST_DAMAGED');
    await copyFile(at('photos.sealed/file.enc'), manifest());
    await leavesNothing('KEY_FILE_MISMATCH');
    await copyFile(at('photos.sealed/file.key'), at('photos.sealed/sealkeep-folder.key'));
    await leavesNothing('FILE_MISPLACED');
    await writeFile(manifest(), whole);
    await rm(at('photos.sealed/sealkeep-folder.key'));
    expect((await open(at('photos.sealed'))).opened?.isWhole).toBe(true);
  });
});

test('what is no folder, or sealed already, or not sealed, is said', async () => {
  await write('file');
  await write('photos/inside');
  await seal(at('photos'));
  for (const [source, code] of [
    ['file', 'FILE_NOT_A_FOLDER'],
    ['nowhere', 'FILE_NOT_FOUND'],
    ['photos.sealed', 'FILE_SEALED_ALREADY'],
  ] as const)
    expect((await seal(at(source))).failed).toEqual([[source, code]]);
  for (const [source, code] of [
    ['file', 'FILE_NOT_A_FOLDER'],
    ['nowhere', 'FILE_NOT_FOUND'],
    ['photos', 'FILE_NOT_SEALED_FOLDER'],
  ] as const)
    expect((await open(at(source))).failed).toEqual([[source, code]]);
  expect(await readdir(here.folder)).toEqual(['file', 'photos', 'photos.sealed']);
});

test('what is only called like the .key of a sealed file is sealed, and comes back', async () => {
  const secret = '-----BEGIN PRIVATE KEY-----';
  await write('inc/mine');
  const { enc } = await here.sealed('server', 'a program’s');
  await rename(enc, at('inc/server.enc'));
  await writeFile(at('inc/server.key'), secret);
  expect((await seal(at('inc'))).sealed).toMatchObject({ files: 2, isWhole: true });
  for (const name of await readdir(at('inc.sealed')))
    expect([name, (await readFile(at('inc.sealed', name))).includes(secret)]).toEqual([name, false]);
  await rm(at('inc'), { recursive: true });
  expect((await open(at('inc.sealed'))).opened).toMatchObject({ files: 2, isWhole: true });
  expect(await readFile(at('inc/server.key'), 'utf8')).toBe(secret);
  expect((await readdir(at('inc'))).sort()).toEqual(['mine', 'server.enc', 'server.key']);
});

test('pairs in a folder without a manifest open with the tree kept', async () => {
  await mkdir(at('pairs/a/b'), { recursive: true });
  await mkdir(at('pairs/nothing here'));
  await here.sealed('pairs/top.txt', 'top');
  await here.sealed('pairs/a/b/deep.txt', 'deep');
  await here.sealed(`pairs/a/${LONG}`, 'long');
  await write('pairs/notes.md');
  const { opened, failed } = await open(at('pairs'));
  expect(failed).toEqual([]);
  expect(opened).toMatchObject({ out: at('pairs (2)'), files: 3, isWhole: true });
  expect((await readdir(at('pairs (2)'), { recursive: true })).sort()).toEqual(
    ['a', 'a/b', 'a/b/deep.txt', `a/${LONG}`, 'top.txt'].sort(),
  );
  expect(await readFile(at('pairs (2)/a/b/deep.txt'), 'utf8')).toBe('deep');
});

test('one that is cancelled leaves nothing, sealing and opening, and is said once', async () => {
  for (let index = 0; index < 700; index += 1) await write(`photos/${index % 7}/${index}`);
  const { report, failed } = collector();
  const controller = new AbortController();
  const stopping = { ...report, progress: () => controller.abort() };
  await sealFolder(here.alice.agent.jobs, { source: at('photos'), signal: controller.signal }, stopping);
  expect(codesOf(failed)).toEqual([['photos', 'JOB_CANCELLED']]);
  expect(await readdir(here.folder)).toEqual(['photos']);

  await seal(at('photos'));
  const again = new AbortController();
  const other = collector();
  const opening = { ...other.report, progress: () => again.abort() };
  await openFolder(here.alice.agent.jobs, { source: at('photos.sealed'), signal: again.signal }, opening);
  expect(codesOf(other.failed)).toEqual([['photos.sealed', 'JOB_CANCELLED']]);
  expect(await readdir(here.folder)).toEqual(['photos', 'photos.sealed']);
});

test.each([1, 3])('of %i files what changes after the walk is listed as it was sealed', async (count) => {
  const names = Array.from({ length: count }, (_, index) => `photos/${index}`);
  for (const name of names) {
    await write(name, 'before');
    await chmod(at(name), 0o600);
    await utimes(at(name), 1, 1);
  }
  here.world.proxies.cloud.meddle = async (request, forward) => {
    if (request.path !== '/resources/keys') return forward();
    here.world.proxies.cloud.meddle = undefined;
    for (const name of names) {
      await write(name, 'after!');
      await chmod(at(name), 0o644);
    }
    return forward();
  };
  expect((await seal(at('photos'))).failed).toEqual([]);
  await open(at('photos.sealed'));
  expect(await readFile(at('photos (2)/0'), 'utf8')).toBe('after!');
  expect(await folderSnapshot(at('photos (2)'))).toEqual(await folderSnapshot(at('photos')));
});

test('where the servers fail nothing is left', async () => {
  await write('photos/file');
  here.world.proxies.cloud.meddle = async (request, forward) => {
    if (request.path !== '/resources/keys') return forward();
    return { status: 500, headers: {}, body: Buffer.from('') };
  };
  const { failed, sealed } = await seal(at('photos'));
  here.world.proxies.cloud.meddle = undefined;
  expect(sealed).toBeUndefined();
  expect(failed.map(([file]) => file)).toEqual(['photos', 'photos/file']);
  expect(await readdir(here.folder)).toEqual(['photos']);
});

test('progress is of the folder, grows, and ends with all of it', async () => {
  await write('photos/large', someBytes(5 * MIB));
  for (let index = 0; index < 20; index += 1) await write(`photos/${index}`, someBytes(1000));
  const total = 5 * MIB + 20_000;
  for (const [job, source] of [
    [sealFolder, 'photos'],
    [openFolder, 'photos.sealed'],
  ] as const) {
    const seen: number[] = [];
    const { report } = collector();
    const progress = (file: string, bytes: number, of: number) => {
      expect([file, of]).toEqual([at(source), total]);
      seen.push(bytes);
    };
    await job(here.alice.agent.jobs, { source: at(source) }, { ...report, progress });
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    expect(seen.at(-1)).toBe(total);
  }
});
