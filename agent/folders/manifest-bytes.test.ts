import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { formatManifestHeader, type ManifestEntry } from '../../shared/formats/folder-manifest.ts';
import { manifestSource, readManifest } from './manifest-bytes.ts';

const HEADER = { name: 'photos', mode: 0o755, mtime: 5 };
const folders = (count: number): ManifestEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'folder',
    path: `日本 ${index}`,
    mode: 0o700,
    mtime: 1,
  }));

async function bytesOf(entries: readonly ManifestEntry[]): Promise<Buffer> {
  const source = await manifestSource(HEADER, entries);
  const bytes = await buffer(await source.open());
  expect(bytes).toHaveLength(source.size);
  return bytes;
}

async function* inPieces(bytes: Buffer, length = bytes.length) {
  for (let start = 0; start < bytes.length; start += length) yield [bytes.subarray(start, start + length)];
}

test.each([0, 1, 499, 500, 501, 2000])('%i entries come back, wherever segments end', async (count) => {
  const entries = folders(count);
  const bytes = await bytesOf(entries);
  for (const length of [7, 1000, bytes.length])
    expect(await readManifest(inPieces(bytes, length))).toMatchObject({ header: HEADER, folders: entries });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['half a line', Buffer.from(formatManifestHeader(HEADER).slice(0, -1))],
  ['a line too few at the front', Buffer.from('{"kind":"folder","path":"a","mode":0,"mtime":0}\n')],
  ['an empty line', Buffer.from(`${formatManifestHeader(HEADER)}\n`)],
  ['what is no UTF-8', Buffer.concat([Buffer.from(formatManifestHeader(HEADER)), Buffer.of(0xff, 0x0a)])],
  [
    'half a character at the end',
    Buffer.concat([Buffer.from(formatManifestHeader(HEADER)), Buffer.of(0xe6)]),
  ],
  ['a line without end', Buffer.alloc(200_000, 0x20)],
])('%s is no manifest', async (_, bytes) => {
  await expect(readManifest(inPieces(bytes, 4096))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
});

test('entries are listed by kind, files with their bytes', async () => {
  const at = { mode: 0o600, mtime: 1 };
  const [link, sub] = [
    { kind: 'link', path: 'l', target: 'd' } as const,
    { kind: 'folder', path: 'd', ...at } as const,
  ];
  const file = (path: string) =>
    ({ kind: 'file', path, sealed: path, resource_name: 'r', size: 7, ...at }) as const;
  const kept = { kind: 'kept', path: 'k.enc', sealed: 'k.enc', size: 3, ...at } as const;
  const bytes = await bytesOf([link, file('a'), sub, kept, file('d/b')]);
  const { files, ...manifest } = await readManifest(inPieces(bytes));
  expect([...files]).toEqual([file('a'), file('d/b')]);
  expect(manifest).toEqual({ header: HEADER, folders: [sub], fileBytes: 14, kept: [kept], links: [link] });
});

test('what is no tree is no manifest', async () => {
  const twice = await bytesOf([...folders(1), ...folders(1)]);
  await expect(readManifest(inPieces(twice))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
});

test('what breaks after the last line is not believed', async () => {
  const bytes = await bytesOf(folders(3));
  async function* breaking() {
    yield [bytes];
    throw new Error('a tag');
  }
  await expect(readManifest(breaking())).rejects.toThrow('a tag');
});

test('more than a manifest may hold is refused, writing and reading', async () => {
  const limits = { folderManifest: 10_000, folderEntries: 50 };
  const fitting = folders(50);
  const longNames = fitting.map((entry) => ({ ...entry, path: entry.path.padEnd(200, '0') }));
  const whole = inPieces(await bytesOf(fitting));
  expect((await readManifest(whole, limits)).folders).toEqual(fitting);
  expect(await manifestSource(HEADER, fitting, limits)).toMatchObject({ name: 'sealkeep-folder' });
  for (const tooMuch of [folders(51), longNames]) {
    const read = readManifest(inPieces(await bytesOf(tooMuch)), limits);
    await expect(read).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    await expect(manifestSource(HEADER, tooMuch, limits)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  }
});
