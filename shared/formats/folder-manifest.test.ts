import { describe, expect, test } from 'vitest';
import {
  formatManifestEntry,
  formatManifestHeader,
  type ManifestEntry,
  parseManifestEntry,
  parseManifestHeader,
} from './folder-manifest.ts';

const HEADER = { name: 'photos', mode: 0o755, mtime: 1_763_805_610_123_456 };
const ATTRIBUTES = { mode: 0o640, mtime: -1 };
const FILE: ManifestEntry = {
  kind: 'file',
  path: 'a/b.jpg',
  sealed: 'a/b.jpg',
  resource_name: '//sealkeep/A/B',
  size: 5,
  ...ATTRIBUTES,
};

test('lines come back as they were, unknown fields left out', () => {
  const line = formatManifestHeader(HEADER);
  expect(line.endsWith('}\n')).toBe(true);
  expect(parseManifestHeader(line)).toEqual(HEADER);
  expect(parseManifestHeader(line.replace('}', ',"more":1}'))).toEqual(HEADER);
  const entries: ManifestEntry[] = [
    FILE,
    { kind: 'folder', path: 'été', ...ATTRIBUTES },
    { kind: 'link', path: 'l', target: '../x/line\nfeed' },
    { kind: 'kept', path: 'a.enc', sealed: 'a (2).enc', size: 0, ...ATTRIBUTES },
  ];
  for (const entry of entries) {
    const text = formatManifestEntry(entry);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(parseManifestEntry(text)).toEqual(entry);
  }
});

test('a later version says so, anything else is no manifest', () => {
  const line = formatManifestHeader(HEADER);
  expect(() => parseManifestHeader(line.replace('"version":1', '"version":2'))).toThrow('FILE_TOO_NEW');
  for (const other of [
    '',
    '{}',
    'null',
    line.replace('sealkeep-folder', 'x'),
    line.replace('"photos"', '".."'),
  ])
    expect(() => parseManifestHeader(other)).toThrow('FILE_DAMAGED');
});

describe('an entry that no Sealkeep writes is refused', () => {
  test.each([
    '/etc/passwd',
    '../up',
    'a/../b',
    'a//b',
    'a/',
    '',
    '.',
    'a/./b',
    'a\\b',
    'a\0b',
    'a\nb',
    '\ud800',
    'x'.repeat(256),
    'é'.repeat(128),
    `${'a/'.repeat(2048)}b`,
  ])('by its path %j', (path) => {
    for (const entry of [
      { ...FILE, path },
      { ...FILE, sealed: path },
      { kind: 'folder', path, ...ATTRIBUTES },
      { kind: 'link', path, target: 'x' },
    ])
      expect(() => parseManifestEntry(JSON.stringify(entry))).toThrow('FILE_DAMAGED');
  });

  test.each([
    ['a set-user bit', { ...FILE, mode: 0o4755 }],
    ['a negative mode', { ...FILE, mode: -1 }],
    ['half a microsecond', { ...FILE, mtime: 0.5 }],
    ['no size', { ...FILE, size: -1 }],
    ['an unknown kind', { ...FILE, kind: 'device' }],
    ['no target', { kind: 'link', path: 'a', target: '' }],
  ])('by %s', (_, entry) => {
    expect(() => parseManifestEntry(JSON.stringify(entry))).toThrow('FILE_DAMAGED');
  });
});
