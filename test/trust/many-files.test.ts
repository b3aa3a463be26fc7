import { chmod, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { downloadFile } from '../../agent/jobs/download-file.ts';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { someBytes } from '../support/engine.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
});
afterAll(() => world.close());

async function folderOf(name: string): Promise<string> {
  const folder = path.join(alice.folder, name);
  await mkdir(folder);
  return folder;
}

const MIB = 1024 * 1024;
/** Round the end of the first segment, where small files end. */
const SIZES = [0, 1, 4096, MIB - 57, MIB - 56, MIB - 55, MIB, 2 * MIB];

test('600 files of all sizes come back, each under its name, in a few calls', async () => {
  const [from, sealed, opened] = [await folderOf('many'), await folderOf('sealed'), await folderOf('opened')];
  const contents = new Map(
    Array.from({ length: 600 }, (_, index) => {
      const size = index < SIZES.length ? SIZES[index] : 100 + index;
      return [`file ${index}.bin`, someBytes(size ?? 0)];
    }),
  );
  for (const [name, content] of contents) await writeFile(path.join(from, name), content);
  const sealing = collector();
  const sources = [...contents.keys()].map((name) => path.join(from, name));
  await sealFiles(alice.agent.jobs, { sources, folder: sealed }, sealing.report);
  expect(sealing.failed).toEqual([]);
  expect(sealing.finished).toHaveLength(600);
  expect(await readdir(sealed)).toHaveLength(1200);

  const opening = collector();
  const pairs = sealing.finished.map(({ out }) => out);
  await openFiles(alice.agent.jobs, { sources: pairs, folder: opened }, opening.report);
  expect(opening.failed).toEqual([]);
  expect((await readdir(opened)).sort()).toEqual([...contents.keys()].sort());
  for (const [name, content] of contents) {
    expect((await readFile(path.join(opened, name))).equals(content)).toBe(true);
  }
  const wraps = world.proxies.kms.seen.filter((request) => request.path === '/wrap/batch');
  expect(wraps.length).toBeLessThan(6);
  const puts = world.proxies.cloud.seen.filter((request) => request.path === '/resources/keys');
  expect(puts).toHaveLength(wraps.length);
});

test('what is odd among many is said of that one, and leaves nothing', async () => {
  const [from, to] = [await folderOf('odd'), await folderOf('odd sealed')];
  for (let index = 0; index < 20; index += 1)
    await writeFile(path.join(from, `${index}`), `content ${index}`);
  await symlink('nowhere', path.join(from, 'dangling'));
  await mkdir(path.join(from, 'folder'));
  await writeFile(path.join(to, '3.key'), 'mine');
  const sources = (await readdir(from)).map((name) => path.join(from, name));
  // Says 0 bytes, and has some.
  sources.push('/proc/self/status');
  const { report, finished, failed } = collector();
  await sealFiles(alice.agent.jobs, { sources, folder: to }, report);
  expect(finished).toHaveLength(20);
  expect(failed.map(({ file, error }) => [path.basename(file), error.code]).sort()).toEqual([
    ['dangling', 'FILE_NOT_FOUND'],
    ['folder', 'FILE_NOT_A_FILE'],
    ['status', 'FILE_CHANGED'],
  ]);
  expect(await readdir(to)).toHaveLength(41);
  expect(await readFile(path.join(to, '3.key'), 'utf8')).toBe('mine');
  expect(finished.map(({ out }) => path.basename(out))).toContain('3 (2).enc');
});

test('what was tampered with among many is refused, and the others open', async () => {
  const [from, to] = [await folderOf('good and bad'), await folderOf('good and bad opened')];
  const pairs: string[] = [];
  for (let index = 0; index < 8; index += 1) {
    const { enc } = await alice.sealed(`good and bad/${index}`, `content ${index}`);
    pairs.push(enc);
  }
  const keyOf = (index: number) => path.join(from, `${index}.key`);
  const encOf = (index: number) => path.join(from, `${index}.enc`);
  const flipped = await readFile(encOf(1));
  flipped[flipped.length - 20] = (flipped.at(-20) ?? 0) ^ 1;
  await writeFile(encOf(1), flipped);
  await truncate(encOf(2), flipped.length - 1);
  await writeFile(keyOf(3), (await readFile(keyOf(3), 'utf8')).replace('"name": "3"', '"name": "x"'));
  await writeFile(keyOf(4), 'no key file');
  await rm(keyOf(5));
  await rm(encOf(6));
  const { report, finished, failed } = collector();
  await openFiles(alice.agent.jobs, { sources: pairs, folder: to }, report);
  expect(failed.map(({ file, error }) => [path.basename(file), error.code]).sort()).toEqual([
    ['1.enc', 'FILE_DAMAGED'],
    ['2.enc', 'FILE_DAMAGED'],
    ['3.enc', 'KEY_FILE_ALTERED'],
    ['4.enc', 'KEY_FILE_INVALID'],
    ['6.enc', 'FILE_NOT_FOUND'],
  ]);
  expect(finished).toHaveLength(3);
  expect((await readdir(to)).sort()).toEqual(['0', '5', '7']);
  // The registry's copy of a lost key came back beside its file.
  expect(await readdir(from)).toContain('5.key');
});

test('one cancelled among many leaves whole pairs only', async () => {
  const [from, to] = [await folderOf('stopped'), await folderOf('stopped sealed')];
  for (let index = 0; index < 900; index += 1)
    await writeFile(path.join(from, `${index}`), `content ${index}`);
  const sources = (await readdir(from)).map((name) => path.join(from, name));
  const controller = new AbortController();
  const { report, finished, failed } = collector();
  const stopping = {
    ...report,
    finished(...[file]: Parameters<typeof report.finished>) {
      controller.abort();
      report.finished(file);
    },
  };
  await sealFiles(alice.agent.jobs, { sources, folder: to, signal: controller.signal }, stopping);
  expect(finished.length + failed.length).toBe(900);
  expect(failed.length).toBeGreaterThan(0);
  expect(new Set(failed.map(({ error }) => error.code))).toEqual(new Set(['JOB_CANCELLED']));
  expect(await readdir(to)).toHaveLength(finished.length * 2);
});

const disk = mountSmallDisk(8);
afterAll(() => disk?.remove());
const codesOf = (failed: ReturnType<typeof collector>['failed']) => failed.map(({ error }) => error.code);
describe.skipIf(!disk)('files that fit one by one, but not together, are refused before any is begun', () => {
  const to = disk?.folder ?? '';
  beforeEach(async () => {
    for (const name of await readdir(to)) await rm(path.join(to, name), { recursive: true });
    await chmod(to, 0o700);
  });

  test('sealing', async () => {
    const from = await folderOf('too many');
    for (let index = 0; index < 5; index += 1)
      await writeFile(path.join(from, `${index}`), someBytes(2 * MIB));
    const sources = (await readdir(from)).map((name) => path.join(from, name));
    const { report, finished, failed } = collector();
    const asked = world.proxies.cloud.seen.length;
    await sealFiles(alice.agent.jobs, { sources, folder: to }, report);
    expect([finished, codesOf(failed)]).toEqual([[], Array(5).fill('OUTPUT_NO_SPACE')]);
    expect(world.proxies.cloud.seen).toHaveLength(asked);
    expect(await readdir(to)).toEqual([]);
  });

  test('sealing a folder', async () => {
    const from = await folderOf('too many in a folder');
    for (let index = 0; index < 5; index += 1)
      await writeFile(path.join(from, `${index}`), someBytes(2 * MIB));
    const { report, finished, failed } = collector();
    const asked = world.proxies.cloud.seen.length;
    await sealFolder(alice.agent.jobs, { source: from, folder: to }, report);
    expect([finished, failed.map(({ file, error }) => [file, error.code])]).toEqual([
      [],
      [[from, 'OUTPUT_NO_SPACE']],
    ]);
    expect(world.proxies.cloud.seen).toHaveLength(asked);
    expect(await readdir(to)).toEqual([]);
  });

  test('sealing into several folders of one disk', async () => {
    const sources = ['one', 'two'].map((name) => path.join(to, name, 'file'));
    for (const source of sources) {
      await mkdir(path.dirname(source));
      await writeFile(source, someBytes(2 * MIB));
    }
    const { report, finished, failed } = collector();
    await sealFiles(alice.agent.jobs, { sources }, report);
    expect([finished, codesOf(failed)]).toEqual([[], Array(2).fill('OUTPUT_NO_SPACE')]);
    for (const source of sources) expect(await readdir(path.dirname(source))).toEqual(['file']);
  });

  test('opening more than one batch', async () => {
    const [from, sealed] = [await folderOf('many small'), await folderOf('many small sealed')];
    const names = Array.from({ length: 600 }, (_, index) => `${index}.bin`);
    for (const name of names) await writeFile(path.join(from, name), someBytes(16 * 1024));
    const sealing = collector();
    const sources = names.map((name) => path.join(from, name));
    await sealFiles(alice.agent.jobs, { sources, folder: sealed }, sealing.report);
    const { report, finished, failed } = collector();
    const asked = world.proxies.kms.seen.length;
    const encs = sealing.finished.map(({ out }) => out);
    await openFiles(alice.agent.jobs, { sources: encs, folder: to }, report);
    expect([finished, codesOf(failed)]).toEqual([[], Array(600).fill('OUTPUT_NO_SPACE')]);
    expect(world.proxies.kms.seen).toHaveLength(asked);
    expect(await readdir(to)).toEqual([]);
  });

  test('downloading', async () => {
    const { enc } = await alice.sealed('large.bin', someBytes(9 * MIB));
    expect((await alice.upload(enc)).failed).toEqual([]);
    const asked = world.proxies.cloud.seen.length;
    const downloading = downloadFile(alice.agent.jobs, { owner: alice.user, name: 'large.bin', folder: to });
    await expect(downloading).rejects.toMatchObject({ code: 'OUTPUT_NO_SPACE', details: { folder: to } });
    // The .key alone.
    expect(world.proxies.cloud.seen.slice(asked).filter(({ path: at }) => at.includes('.enc'))).toEqual([]);
    expect(await readdir(to)).toEqual([]);
  });
});
