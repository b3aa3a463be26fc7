import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type HeldEntry, heldEntry } from '../../shared/bridge/held-entry.ts';
import { LIMITS } from '../../shared/limits.ts';
import { createHeldFolder, type OpenHeld } from './held-folder.ts';
import { readableFolder } from './readable-folder.ts';
import type { FoundEntry } from './walk-folder.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const MTIME = 1_000_000_000_000_000;
const folder = (path: string): HeldEntry => ({ kind: 'folder', path });
const file = (path: string, size = path.length): HeldEntry => ({ kind: 'file', path, size, mtime: MTIME });
/** Every file holds its own path. */
const open: OpenHeld = async (path, _size, upTo) => Readable.from([Buffer.from(path).subarray(0, upTo)]);

function told(...entries: HeldEntry[]) {
  const draft = createHeldFolder('photos', open);
  draft.add(entries);
  return draft.folder();
}

async function walked(...entries: HeldEntry[]) {
  const leftOut: string[] = [];
  const found: string[] = [];
  const leaveOut = (label: string, { code }: { code: string }) => void leftOut.push(`${label} ${code}`);
  for await (const { kind, path } of readableFolder(told(...entries), NOW).walk({ leaveOut }))
    found.push(`${kind} ${path}`);
  return { found, leftOut };
}

test('what was told is walked in its order, with names of all kinds; nobody but the owner may read it', async () => {
  const names = ['caf\u00e9', 'cafe\u0301', '.hidden', '日本'];
  const { found, leftOut } = await walked(
    folder('b'),
    file('b/z'),
    file('a', 0),
    ...names.map((name) => file(name)),
  );
  expect(leftOut).toEqual([]);
  expect(found).toEqual(['folder b', 'file b/z', 'file a', ...names.map((name) => `file ${name}`)]);
  const readable = readableFolder(told(folder('b'), file('b/z')), NOW);
  expect(await readable.attributes()).toEqual({ mode: 0o700, mtime: NOW.getTime() * 1000 });
  const entries: FoundEntry[] = [];
  for await (const entry of readable.walk({ leaveOut: () => undefined })) entries.push(entry);
  expect(entries).toMatchObject([
    { kind: 'folder', attributes: { mode: 0o700, mtime: NOW.getTime() * 1000 } },
    { kind: 'file', size: 3, attributes: { mode: 0o600, mtime: MTIME } },
  ]);
});

test.each([
  ['..', 'FILE_NAME_REFUSED'],
  ['../up', 'FILE_NAME_REFUSED'],
  ['/etc/passwd', 'FILE_NAME_REFUSED'],
  ['a//b', 'FILE_NAME_REFUSED'],
  ['a/./b', 'FILE_NAME_REFUSED'],
  ['a\\b', 'FILE_NAME_REFUSED'],
  ['a\0b', 'FILE_NAME_REFUSED'],
  ['line\nbreak', 'FILE_NAME_REFUSED'],
  ['turned \u202eround', 'FILE_NAME_REFUSED'],
  ['half \ud800', 'FILE_NAME_REFUSED'],
  ['x'.repeat(256), 'FILE_NAME_REFUSED'],
  [Array.from({ length: LIMITS.heldDepth + 1 }, () => 'd').join('/'), 'FILE_PATH_TOO_LONG'],
  [Array.from({ length: 20 }, () => 'd'.repeat(250)).join('/'), 'FILE_PATH_TOO_LONG'],
])('a path that cannot be made is left out, and is nowhere after: %j', async (path, code) => {
  const held = told(file(path), folder(path), file('good'));
  expect([...held.entries.keys()]).toEqual(['good']);
  expect(held.size).toBe(4);
  const { found, leftOut } = await walked(file(path), file('good'));
  expect(found).toEqual(['file good']);
  expect(leftOut).toEqual([`photos/${path} ${code}`]);
});

test('what the browser does not give is left out by its name', async () => {
  const { found, leftOut } = await walked(folder('locked'), { kind: 'unreadable', path: 'locked' });
  expect([found, leftOut]).toEqual([['folder locked'], ['photos/locked FILE_NOT_READABLE']]);
});

test.each([
  ['a file in no folder', [file('a/b')]],
  ['a file in a file', [file('a'), file('a/b')]],
  ['a path twice', [file('a'), file('a')]],
  ['a folder that is a file', [folder('a'), file('a')]],
] as const)('what is no tree is refused: %s', (_, entries) => {
  expect(() => told(...entries)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
});

test('more than anybody holds is refused, also where all of it is left out', () => {
  for (const pathOf of [(index: number) => `${index}`, (index: number) => `../${index}`]) {
    const draft = createHeldFolder('photos', open);
    const some = Array.from({ length: LIMITS.heldEntries }, (_, index) => folder(pathOf(index)));
    draft.add(some);
    expect(() => draft.add([folder(pathOf(LIMITS.heldEntries))])).toThrow(
      expect.objectContaining({ code: 'FILE_TOO_LARGE' }),
    );
  }
});

test.each([
  { kind: 'link', path: 'a', target: 'b' },
  { kind: 'file', path: '', size: 1, mtime: 1 },
  { kind: 'file', path: 'a', size: -1, mtime: 1 },
  { kind: 'file', path: 'a', size: 1.5, mtime: 1 },
  { kind: 'file', path: 'a', size: 1, mtime: 1e30 },
  { kind: 'file', path: 'a', size: 1 },
  { kind: 'folder', path: 'x'.repeat(LIMITS.heldPath + 1) },
])('what is none of the entries does not get in: %j', (entry) => {
  expect(heldEntry.safeParse(entry).success).toBe(false);
});

test('its files are asked for by their paths; one that is not there, and the folder itself, can be read by nobody', async () => {
  const held = told(folder('b'), file('b/z'));
  expect(await text(await held.fileAt('b/z').open())).toBe('b/z');
  expect(await text(await held.fileAt('b/z').open(2))).toBe('b/');
  const missing = { code: 'FILE_NOT_FOUND', details: { file: 'photos/gone' } };
  await expect(held.fileAt('gone').open()).rejects.toMatchObject(missing);
  await expect(held.fileAt('b').open()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(held.open()).rejects.toMatchObject({ code: 'FILE_IS_A_FOLDER' });
});
