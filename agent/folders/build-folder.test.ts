import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SealkeepError } from '../../shared/errors/error.ts';
import { createTemporaries, type Temporaries } from '../engine/temporaries.ts';
import { buildFolder } from './build-folder.ts';

let root: string;
let parent: string;
let temporaries: Temporaries;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-build-'));
  parent = path.join(root, 'parent');
  await mkdir(parent);
  temporaries = createTemporaries(path.join(root, 'home'));
});
afterEach(async () => {
  await temporaries.close();
  await rm(root, { recursive: true, force: true });
});

const build = (name = 'photos', signal?: AbortSignal) =>
  buildFolder(temporaries, { parent, name, ending: '.sealed', signal }, async (folder) => {
    await writeFile(path.join(folder, 'inside'), 'mine');
  });

test('it appears whole, under the next name that is free', async () => {
  await mkdir(path.join(parent, 'photos.sealed'));
  await writeFile(path.join(parent, 'photos (2).sealed'), 'a file');
  await symlink('nowhere', path.join(parent, 'photos (3).sealed'));
  expect((await build()).out).toBe(path.join(parent, 'photos (4).sealed'));
  expect(await readdir(path.join(parent, 'photos.sealed'))).toEqual([]);
  expect(await readdir(path.join(parent, 'photos (4).sealed'))).toEqual(['inside']);
  expect(await readdir(parent)).toHaveLength(4);
});

test('of many at once each has a name of its own', async () => {
  const built = await Promise.all(Array.from({ length: 8 }, () => build()));
  expect(new Set(built.map(({ out }) => out)).size).toBe(8);
  expect(await readdir(parent)).toHaveLength(8);
});

test('a name that is too long with its ending is shortened', async () => {
  const { out } = await build('x'.repeat(255));
  expect(path.basename(out)).toMatch(/^x+~[0-9a-f]{8}\.sealed$/);
  expect(path.basename((await build('x'.repeat(255))).out)).toMatch(/^x+~[0-9a-f]{8} \(2\)\.sealed$/);
});

test('one that fails or is cancelled leaves nothing', async () => {
  const failing = buildFolder(temporaries, { parent, name: 'a', ending: '' }, async (folder) => {
    await mkdir(path.join(folder, 'sub'));
    throw new SealkeepError('FILE_DAMAGED');
  });
  await expect(failing).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  await expect(build('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  expect(await readdir(parent)).toEqual([]);
  await rm(parent, { recursive: true });
  await expect(build()).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', details: { folder: parent } });
});
