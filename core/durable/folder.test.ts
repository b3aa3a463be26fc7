import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from './folder.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-folder-'));
});
afterAll(() => rm(root, { recursive: true }));

test('a folder is made with those above it, for whom it is meant, and once made stays', async () => {
  const deep = path.join(root, 'a', 'b', 'c');
  await makeFolder(deep, 0o700);
  await makeFolder(deep, 0o700);
  for (const made of [deep, path.dirname(deep)]) expect((await stat(made)).mode & 0o777).toBe(0o700);
});

test('where something else has the name, or nothing can be made, it fails', async () => {
  const file = path.join(root, 'file');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(path.join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolder('/proc/none/below')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('several may make it at the same time', async () => {
  const deep = path.join(root, 'd', 'e', 'f');
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(deep)));
  expect((await stat(deep)).isDirectory()).toBe(true);
});
