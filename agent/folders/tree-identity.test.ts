import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertSameTree, isMovedTree, treeIdentityAt } from './tree-identity.ts';

let root: string;
const at = (...steps: string[]) => path.join(root, ...steps);
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-tree-'));
  await mkdir(at('photos', 'deep', 'er'), { recursive: true });
  for (let file = 0; file < 40; file += 1) await writeFile(at('photos', 'deep', `${file}`), `${file}`);
  for (let folder = 0; folder < 12; folder += 1) await mkdir(at('photos', `${folder}`));
  await symlink('deep', at('photos', 'link'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('it is the same as often as one looks, and after a move but for the top', async () => {
  const seen = await treeIdentityAt(at('photos'));
  expect(await treeIdentityAt(at('photos'))).toEqual(seen);
  await mkdir(at('trash'));
  await rename(at('photos'), at('trash', 'photos'));
  expect(await isMovedTree(at('trash', 'photos'), seen)).toBe(true);
  await mkdir(at('photos'));
  expect(await isMovedTree(at('photos'), seen)).toBe(false);
  await writeFile(at('trash', 'photos', 'deep', 'er', 'new'), '');
  expect(await isMovedTree(at('trash', 'photos'), seen)).toBe(false);
});

test.each<[string, () => Promise<unknown>]>([
  ['a file deep down is written to', () => writeFile(at('photos', 'deep', '7'), 'x')],
  ['its time is set', () => utimes(at('photos', 'deep', '7'), 1, 1)],
  ['a file comes', () => writeFile(at('photos', 'deep', 'er', 'new'), '')],
  ['a file goes', () => rm(at('photos', 'deep', '7'))],
  ['one gets another name', () => rename(at('photos', 'deep', '7'), at('photos', 'deep', '77'))],
  ['permissions change', () => chmod(at('photos', 'deep', '7'), 0o400)],
  ['those of the folder itself do', () => chmod(at('photos'), 0o500)],
])('it is another one where %s', async (_, change) => {
  const seen = await treeIdentityAt(at('photos'));
  await assertSameTree(at('photos'), seen);
  await change();
  const changed = { code: 'FILE_CHANGED', details: { file: at('photos') } };
  await expect(assertSameTree(at('photos'), seen)).rejects.toMatchObject(changed);
});

test.skipIf(platform === 'win32' || platform === 'darwin')('a name that is no text is seen', async () => {
  const name = Buffer.concat([Buffer.from(at('photos', 'caf')), Buffer.from([0xe9])]);
  const seen = await treeIdentityAt(at('photos', 'deep'));
  await writeFile(name, '');
  const withIt = await treeIdentityAt(at('photos'));
  await writeFile(name, 'changed');
  expect((await treeIdentityAt(at('photos'))).below).not.toBe(withIt.below);
  expect(await treeIdentityAt(at('photos', 'deep'))).toEqual(seen);
});

test('what is no folder says so, and a cancel ends the looking', async () => {
  for (const [name, code] of [
    ['photos/deep/7', 'FILE_NOT_A_FOLDER'],
    ['photos/link', 'FILE_NOT_A_FOLDER'],
    ['nowhere', 'FILE_NOT_FOUND'],
  ] as const)
    await expect(treeIdentityAt(at(name))).rejects.toMatchObject({ code, details: { file: at(name) } });
  const cancelled = treeIdentityAt(at('photos'), AbortSignal.abort());
  await expect(cancelled).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
});
