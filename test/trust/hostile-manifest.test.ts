import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { parseKeyFile } from '../../shared/formats/key-file.ts';
import { folderSnapshot } from '../support/folder-snapshot.ts';
import { sentencesOf } from '../support/sentences.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

/** Manifests that are sealed with the person's own keys, so that nothing but what they say can be refused. */
let world: TestWorld;
let alice: WorldPerson;
let sealed: string;
let fileLine: Record<string, unknown>;
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
  sealed = path.join(alice.folder, 'trap.sealed');
  await mkdir(sealed);
  const { key } = await alice.sealed('trap.sealed/file', 'content');
  await rm(path.join(sealed, 'file'));
  const { resource_name } = parseKeyFile(await readFile(key, 'utf8'));
  fileLine = { kind: 'file', path: 'file', sealed: 'file', resource_name, size: 7, mode: 0o600, mtime: 0 };
  await writeFile(path.join(alice.folder, 'secret'), 'mine');
});
afterAll(() => world.close());

const HEADER = { format: 'sealkeep-folder', version: 1, name: 'trap', mode: 0o700, mtime: 0 };

/** Seals lines as the folder's manifest and opens it; what is outside of what was made must stay as it is. */
async function opened(lines: readonly unknown[]) {
  for (const ending of ['enc', 'key'])
    await rm(path.join(sealed, `sealkeep-folder.${ending}`), { force: true });
  const text = Buffer.from(
    lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join(''),
  );
  const source = { name: 'sealkeep-folder', size: text.length, open: async () => Readable.from([text]) };
  await sealFiles(alice.agent.jobs, { sources: [source], folder: sealed }, collector().report);
  const before = await folderSnapshot(alice.folder);
  const { report, failed } = collector();
  const made = await openFolder(alice.agent.jobs, { source: sealed }, report);
  sentencesOf(failed);
  const inside = made ? await folderSnapshot(made.out) : undefined;
  if (made) await rm(made.out, { recursive: true });
  const { '': own, ...after } = await folderSnapshot(alice.folder);
  const { '': _, ...rest } = before;
  expect(own).toBeDefined();
  expect(after).toEqual(rest);
  return { inside, codes: failed.map(({ error }) => error.code) };
}

test('one without malice opens', async () => {
  const { inside, codes } = await opened([HEADER, fileLine]);
  expect(codes).toEqual([]);
  expect(Object.keys(inside ?? {})).toEqual(['', 'file']);
});

describe('nothing is made of a manifest', () => {
  const folder = { kind: 'folder', path: 'd', mode: 0o700, mtime: 0 };
  const link = (name: string, target: string) => ({ kind: 'link', path: name, target });
  const cases: [string, (line: Record<string, unknown>) => unknown[]][] = [
    ['an absolute path', (file) => [HEADER, { ...file, path: '/tmp/x' }]],
    ['a path upwards', (file) => [HEADER, { ...file, path: '../x' }]],
    ['a path that goes down and up', (file) => [HEADER, folder, { ...file, path: 'd/../../x' }]],
    ['an empty step', (file) => [HEADER, folder, { ...file, path: 'd//x' }]],
    ['a NUL', (file) => [HEADER, { ...file, path: 'x\0' }]],
    ['a separator of Windows', (file) => [HEADER, { ...file, path: '..\\x' }]],
    ['a name that is too long', (file) => [HEADER, { ...file, path: 'x'.repeat(256) }]],
    ['a pair elsewhere', (file) => [HEADER, { ...file, sealed: '../secret' }]],
    ['a name for itself elsewhere', (file) => [{ ...HEADER, name: '../x' }, file]],
    ['a folder elsewhere', () => [HEADER, { ...folder, path: '../d' }]],
    ['a set-user bit', (file) => [HEADER, { ...file, mode: 0o4755 }]],
    ['a sticky folder', () => [HEADER, { ...folder, mode: 0o1777 }]],
    ['a set-group bit of its own', (file) => [{ ...HEADER, mode: 0o2755 }, file]],
    ['a file behind a link', (file) => [HEADER, link('l', '..'), { ...file, path: 'l/x' }]],
    ['a folder behind a link', () => [HEADER, link('l', '..'), { ...folder, path: 'l/d' }]],
    ['a link that a file takes the place of', (file) => [HEADER, link('file', '../secret'), file]],
    ['a file that is a folder as well', (file) => [HEADER, file, { ...folder, path: 'file' }]],
    ['one pair for two files', (file) => [HEADER, file, { ...file, path: 'other' }]],
    [
      'a kept file from elsewhere',
      () => [HEADER, { kind: 'kept', path: 'x', sealed: '../secret', size: 4, mode: 0o600, mtime: 0 }],
    ],
    ['an unknown kind', (file) => [HEADER, file, { ...folder, kind: 'device' }]],
    ['half a line at its end', (file) => [HEADER, file, '{"kind":"fol']],
    ['no header', (file) => [file]],
    ['nothing', () => []],
  ];
  test.each(cases)('with %s', async (_, linesOf) => {
    const { inside, codes } = await opened(linesOf(fileLine));
    expect([inside, codes]).toEqual([undefined, ['FILE_MANIFEST_DAMAGED']]);
  });

  test('of a newer Sealkeep', async () => {
    const { inside, codes } = await opened([{ ...HEADER, version: 2 }, fileLine]);
    expect([inside, codes]).toEqual([undefined, ['FILE_TOO_NEW']]);
  });
});

test('links that lead out, straight or through others, are not made, and the rest is', async () => {
  const links = {
    out: '..',
    absolute: '/etc/passwd',
    deep: '../../secret',
    'd/up': '../..',
    'd/fine': '../file',
    way: 'd/here',
    'd/here': '.',
    through: 'way/../..',
    windows: '..\\secret',
    self: 'self',
  };
  const lines = Object.entries(links).map(([name, target]) => ({ kind: 'link', path: name, target }));
  const folder = { kind: 'folder', path: 'd', mode: 0o700, mtime: 0 };
  const { inside, codes } = await opened([HEADER, folder, ...lines, fileLine]);
  expect(codes).toEqual(Array(7).fill('FILE_LINK_LEAVES'));
  expect(Object.keys(inside ?? {}).sort()).toEqual(['', 'd', 'd/fine', 'd/here', 'file', 'way']);
});

describe.skipIf(platform === 'win32')('links in the sealed folder itself', () => {
  const about = { mode: 0o600, mtime: 0 };
  const folder = { kind: 'folder', path: 'd', mode: 0o700, mtime: 0 };
  const outside = () => path.join(alice.folder, 'outside');
  beforeEach(async () => {
    await mkdir(path.join(outside(), 'deep'), { recursive: true });
    await writeFile(path.join(outside(), 'id_rsa'), 'mine');
    await writeFile(path.join(outside(), 'deep', 'id_rsa'), 'mine');
    await symlink('../outside', path.join(sealed, 'sub'));
    await symlink('../secret', path.join(sealed, 'one'));
  });
  afterEach(async () => {
    await rm(outside(), { recursive: true });
    for (const name of ['sub', 'one']) await rm(path.join(sealed, name));
  });

  test('lead nothing of the outside into what is restored', async () => {
    const kept = (name: string, from: string) => ({
      ...{ kind: 'kept', path: name, sealed: from, size: 4 },
      ...about,
    });
    const lines = [kept('a', 'sub/id_rsa'), kept('b', 'sub/deep/id_rsa'), kept('c', 'one')];
    const { inside, codes } = await opened([HEADER, folder, ...lines, fileLine]);
    expect(codes.sort()).toEqual(['FILE_NOT_A_FILE', 'FILE_NOT_A_FOLDER', 'FILE_NOT_A_FOLDER']);
    expect(Object.keys(inside ?? {}).sort()).toEqual(['', 'd', 'file']);
  });

  test('lead to no pair outside, whose lost .key would be written there', async () => {
    const { enc, key } = await alice.sealed('outside/other', 'content');
    const { resource_name } = parseKeyFile(await readFile(key, 'utf8'));
    await rm(key);
    const line = { ...fileLine, path: 'd/other', sealed: 'sub/other', resource_name };
    const { inside, codes } = await opened([HEADER, folder, line, fileLine]);
    expect(codes).toEqual(['FILE_NOT_A_FOLDER']);
    expect(Object.keys(inside ?? {}).sort()).toEqual(['', 'd', 'file']);
    expect((await readdir(outside())).sort()).toEqual(['deep', 'id_rsa', 'other', path.basename(enc)]);
  });
});

test('a size or a name that is not true is no matter, another resource is', async () => {
  const { inside } = await opened([HEADER, { ...fileLine, size: 0, path: 'other' }]);
  expect(inside?.['other']).toMatchObject({ size: 7 });
  const wrong = await opened([HEADER, { ...fileLine, resource_name: '//sealkeep/x/y' }]);
  expect([wrong.inside, wrong.codes]).toEqual([undefined, ['FILE_MISPLACED', 'FILE_MISPLACED']]);
});

test('a claim of more bytes than there is room for is said before anything is begun', async () => {
  const { codes } = await opened([HEADER, { ...fileLine, size: Number.MAX_SAFE_INTEGER }]);
  expect(codes).toEqual(['OUTPUT_NO_SPACE']);
  expect((await stat(sealed)).isDirectory()).toBe(true);
  expect((await readdir(alice.folder)).sort()).toEqual(['secret', 'trap.sealed']);
});
