import { expect, test } from 'vitest';
import type { ManifestEntry } from '../../shared/formats/folder-manifest.ts';
import { createTreeCheck } from './tree-check.ts';

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

function look(entries: readonly ManifestEntry[]): void {
  const assertFits = createTreeCheck();
  for (const entry of entries) assertFits(entry);
}

test.each<[string, ManifestEntry[]]>([
  ['a path twice', [file('a'), file('a', 'b')]],
  ['a file and a link of one path', [link('a', 'b'), file('a')]],
  ['a file through a link', [folder('d'), link('l', 'd'), file('l/x')]],
  ['a file in a file', [file('a'), file('a/b')]],
  ['a file before its folder', [file('a/b'), folder('a')]],
  ['a link in no folder', [link('a/b', 'c')]],
  ['a pair twice', [file('a'), file('b', 'a')]],
])('%s is no tree', (_, entries) => {
  expect(() => look(entries)).toThrow('FILE_DAMAGED');
});

test('a tree is one, in whatever order beside each other things come', () => {
  look([file('z'), folder('d'), link('l', 'd'), folder('d/e'), file('d/e/f'), file('a')]);
});
