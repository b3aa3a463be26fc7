import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asPlainUser, giveToPlainUser } from '../../test/support/other-user.ts';
import { removeTree } from './remove-tree.ts';

let root: string;
const at = (...steps: string[]) => path.join(root, ...steps);
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-remove-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a file goes, a folder with what is in it, and what a link leads to stays', async () => {
  await mkdir(at('gone', 'sub'), { recursive: true });
  await mkdir(at('mine'));
  await writeFile(at('mine', 'file'), '');
  await symlink('../mine', at('gone', 'link'));
  await writeFile(at('plain'), '');
  await removeTree(at('gone'));
  await removeTree(at('plain'));
  await removeTree(at('nowhere'));
  expect(await readdir(root)).toEqual(['mine']);
  expect(await readdir(at('mine'))).toEqual(['file']);
});

test('a folder that is read-only, or not even that, goes as well', async () => {
  await mkdir(at('gone', 'closed', 'inner'), { recursive: true });
  await writeFile(at('gone', 'closed', 'inner', 'file'), '');
  await chmod(at('gone', 'closed', 'inner'), 0o500);
  await chmod(at('gone', 'closed'), 0o000);
  await chmod(at('gone'), 0o500);
  await giveToPlainUser(root);
  await asPlainUser(() => removeTree(at('gone')));
  expect(await readdir(root)).toEqual([]);
});
