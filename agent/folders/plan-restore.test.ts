import { expect, test } from 'vitest';
import type { ManifestEntry } from '../../shared/formats/folder-manifest.ts';
import type { NameRules } from './name-rules.ts';
import { planRestore } from './plan-restore.ts';

const LINUX: NameRules = { platform: 'linux', foldsCase: false, foldsForms: false };
const MAC: NameRules = { platform: 'darwin', foldsCase: true, foldsForms: true };

const ATTRIBUTES = { mode: 0o600, mtime: 0 };
const folder = (path: string): ManifestEntry => ({ kind: 'folder', path, ...ATTRIBUTES });
const link = (path: string, target: string): ManifestEntry => ({ kind: 'link', path, target });
const file = (path: string, sealed = path): ManifestEntry => ({
  kind: 'file',
  path,
  sealed,
  resource_name: 'r',
  size: 0,
  ...ATTRIBUTES,
});

test.each<[string, ManifestEntry[]]>([
  ['a path twice', [file('a'), file('a', 'b')]],
  ['a file and a link of one path', [link('a', 'b'), file('a')]],
  ['a file through a link', [folder('d'), link('l', 'd'), file('l/x')]],
  ['a file in a file', [file('a'), file('a/b')]],
  ['a file before its folder', [file('a/b'), folder('a')]],
  ['a link in no folder', [link('a/b', 'c')]],
  ['a pair twice', [file('a'), file('b', 'a')]],
])('%s is no tree', async (_, entries) => {
  await expect(planRestore(entries, LINUX)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
});

test('each kind by itself, and links that leave apart', async () => {
  const plan = await planRestore(
    [folder('d'), file('d/a'), link('in', 'd/a'), link('d/out', '../../x')],
    LINUX,
  );
  expect(plan.folders.map(({ as }) => as)).toEqual(['d']);
  expect(plan.files.map(({ as }) => as)).toEqual(['d/a']);
  expect(plan.links.map(({ as }) => as)).toEqual(['in']);
  expect(plan.leaving.map(({ path }) => path)).toEqual(['d/out']);
});

test('links are looked at where they come to lie', async () => {
  // The second folder is renamed: what is in it, and goes up from there, still is inside.
  const entries = [folder('Dir'), folder('dir'), link('dir/Up', '..'), link('out', 'dir (2)/Up/..')];
  const plan = await planRestore(entries, MAC);
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
  const plan = await planRestore([...files, ...links], MAC);
  isDone = true;
  expect([plan.files.length, plan.links.length]).toEqual([60_000, 40_000]);
  // The tree, the names, and the links once more.
  expect(turns).toBeGreaterThan(400);
});
