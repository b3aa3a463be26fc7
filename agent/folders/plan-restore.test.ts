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
])('%s is no tree', (_, entries) => {
  expect(() => planRestore(entries, LINUX)).toThrow('FILE_DAMAGED');
});

test('each kind by itself, and links that leave apart', () => {
  const plan = planRestore([folder('d'), file('d/a'), link('in', 'd/a'), link('d/out', '../../x')], LINUX);
  expect(plan.folders.map(({ as }) => as)).toEqual(['d']);
  expect(plan.files.map(({ as }) => as)).toEqual(['d/a']);
  expect(plan.links.map(({ as }) => as)).toEqual(['in']);
  expect(plan.leaving.map(({ path }) => path)).toEqual(['d/out']);
});

test('links are looked at where they come to lie', () => {
  // The second folder is renamed: what is in it, and goes up from there, still is inside.
  const entries = [folder('Dir'), folder('dir'), link('dir/Up', '..'), link('out', 'dir (2)/Up/..')];
  const plan = planRestore(entries, MAC);
  expect(plan.renamed).toEqual([{ path: 'dir', as: 'dir (2)' }]);
  expect(plan.links.map(({ as }) => as)).toEqual(['dir (2)/Up']);
  expect(plan.leaving.map(({ path }) => path)).toEqual(['out']);
});
