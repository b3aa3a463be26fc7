import { expect, test } from 'vitest';
import type { FileEntry, FolderEntry, LinkEntry } from '../../shared/formats/folder-manifest.ts';
import type { NameRules } from './name-rules.ts';
import { createPackedEntries } from './packed-entries.ts';
import { planRestore } from './plan-restore.ts';

const LINUX: NameRules = { platform: 'linux', foldsCase: false, foldsForms: false };
const MAC: NameRules = { platform: 'darwin', foldsCase: true, foldsForms: true };

const ATTRIBUTES = { mode: 0o600, mtime: 0 };
const folder = (path: string): FolderEntry => ({ kind: 'folder', path, ...ATTRIBUTES });
const link = (path: string, target: string): LinkEntry => ({ kind: 'link', path, target });
const file = (path: string): FileEntry => ({
  kind: 'file',
  path,
  sealed: path,
  resource_name: 'r',
  size: 0,
  ...ATTRIBUTES,
});

function listed(folders: readonly FolderEntry[], files: readonly FileEntry[], links: readonly LinkEntry[]) {
  const packed = createPackedEntries<FileEntry>();
  for (const one of files) packed.add(one);
  return { folders, files: packed, fileBytes: 0, kept: [], links };
}

test('each kind by itself, and links that leave apart', async () => {
  const links = [link('in', 'd/a'), link('d/out', '../../x')];
  const plan = await planRestore(listed([folder('d')], [file('d/a')], links), LINUX);
  expect(plan.folders.map(({ as }) => as)).toEqual(['d']);
  expect(Array.from(plan.files, ({ as }) => as)).toEqual(['d/a']);
  expect(plan.links.map(({ as }) => as)).toEqual(['in']);
  expect(plan.leaving.map(({ path }) => path)).toEqual(['d/out']);
});

test('links are looked at where they come to lie', async () => {
  // The second folder is renamed: what is in it, and goes up from there, still is inside.
  const links = [link('dir/Up', '..'), link('out', 'dir (2)/Up/..')];
  const plan = await planRestore(listed([folder('Dir'), folder('dir')], [], links), MAC);
  expect(plan.renamed).toEqual([{ path: 'dir', as: 'dir (2)' }]);
  expect(plan.links.map(({ as }) => as)).toEqual(['dir (2)/Up']);
  expect(plan.leaving.map(({ path }) => path)).toEqual(['out']);
});

test('of a hundred thousand entries others have their turns in between', async () => {
  const files = Array.from({ length: 60_000 }, (_, index) => file(`${index}`));
  const links = Array.from({ length: 40_000 }, (_, index) => link(`to ${index}`, `${index}`));
  let turns = 0;
  let isDone = false;
  const others = () => {
    turns += 1;
    if (!isDone) setImmediate(others);
  };
  others();
  const plan = await planRestore(listed([], files, links), MAC);
  isDone = true;
  expect([[...plan.files].length, plan.links.length]).toEqual([60_000, 40_000]);
  // The names, and the links once more.
  expect(turns).toBeGreaterThan(250);
});

test('files have the names that they were given whenever they are asked for', async () => {
  const files = ['Dir/a', 'dir/A', 'dir/a', 'dir/b', 'Name', 'name'].map(file);
  const plan = await planRestore(listed([folder('Dir'), folder('dir')], files, []), MAC);
  const expected = ['Dir/a', 'dir (2)/A', 'dir (2)/a (2)', 'dir (2)/b', 'Name', 'name (2)'];
  for (const _ of [1, 2]) expect(Array.from(plan.files, ({ as }) => as)).toEqual(expected);
});
