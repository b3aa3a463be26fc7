import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startShell, type TestShell } from '../testing/start-shell.ts';
import { createCarrier } from './create-carrier.ts';
import { createTab } from './testing/create-tab.ts';

let shell: TestShell;
let tab: ReturnType<typeof createTab>;
beforeEach(async () => {
  shell = await startShell();
  tab = createTab(shell, shell.issueToken());
});
afterEach(async () => {
  tab.leave();
  await shell.close();
});

type Tree = { readonly [name: string]: string | Tree | null };

/** What a browser shows of a dropped folder, some names at a time; null is what it does not let anybody read. */
function dropped(name: string, tree: Tree): FileSystemDirectoryEntry {
  const children = Object.entries(tree).map(([child, what]) => {
    if (what !== null && typeof what === 'object') return dropped(child, what);
    const file = (resolve: (file: File) => void, reject: () => void) =>
      what === null ? reject() : resolve(new File([what], child, { lastModified: 1_234_567 }));
    return { name: child, isDirectory: false, file } as unknown as FileSystemEntry;
  });
  return {
    name,
    isDirectory: true,
    createReader() {
      const rest = [...children];
      return {
        readEntries: (resolve: (entries: FileSystemEntry[]) => void, reject: () => void) =>
          name === 'locked' ? reject() : resolve(rest.splice(0, 2)),
      };
    },
  } as unknown as FileSystemDirectoryEntry;
}

const folderOf = (ref = '') => {
  const folder = shell.app.folders.get(ref);
  if (!folder) throw new Error('no such folder');
  return folder;
};

test('a dropped folder is told with its tree, and gives its files by their paths; other files go beside it', async () => {
  const photos = dropped('photos', {
    'a.txt': 'first',
    empty: {},
    sub: { 'caf\u00e9': 'one', 'cafe\u0301': 'two', deep: { 'large.bin': 'x'.repeat(100_000) } },
    '.hidden': '',
  });
  const carrier = createCarrier(tab.world());
  const { taken, leftOut } = await carrier.offer([new File(['beside'], 'note.txt')], [photos]);
  expect(leftOut).toEqual([]);
  expect(taken.map(({ name, size }) => [name, size])).toEqual([
    ['note.txt', 6],
    ['photos', 5 + 3 + 3 + 100_000],
  ]);
  const folder = folderOf(taken[1]?.ref);
  expect([...folder.entries]).toEqual([
    ['a.txt', { size: 5, mtime: 1_234_567_000 }],
    ['empty', null],
    ['sub', null],
    ['.hidden', { size: 0, mtime: 1_234_567_000 }],
    ['sub/caf\u00e9', { size: 3, mtime: 1_234_567_000 }],
    ['sub/cafe\u0301', { size: 3, mtime: 1_234_567_000 }],
    ['sub/deep', null],
    ['sub/deep/large.bin', { size: 100_000, mtime: 1_234_567_000 }],
  ]);
  expect(await text(await folder.fileAt('sub/cafe\u0301').open())).toBe('two');
  expect(await buffer(await folder.fileAt('sub/deep/large.bin').open())).toHaveLength(100_000);
  expect(await buffer(await folder.fileAt('sub/deep/large.bin').open(10))).toHaveLength(10);
  expect(await text(await folder.fileAt('.hidden').open())).toBe('');
});

test('what the browser does not let anybody read is told as that', async () => {
  const carrier = createCarrier(tab.world());
  const photos = dropped('photos', { gone: null, locked: { in: 'it' }, good: 'x' });
  const { taken } = await carrier.offer([], [photos]);
  const folder = folderOf(taken[0]?.ref);
  expect([...folder.entries.keys()]).toEqual(['locked', 'good']);
  expect(folder.unheld.map(({ path, error }) => [path, error.code])).toEqual([
    ['gone', 'FILE_NOT_READABLE'],
    ['locked', 'FILE_NOT_READABLE'],
  ]);
});

test('a chosen folder is told by the paths of its files; each is a folder of its own', async () => {
  const chosen = (path: string) =>
    Object.assign(new File([path], path.slice(path.lastIndexOf('/') + 1)), { webkitRelativePath: path });
  const files = ['photos/a/b/1', 'photos/a/2', 'photos/3'].map(chosen);
  const carrier = createCarrier(tab.world());
  const { taken } = await carrier.offer([...files, new File(['x'], 'alone')]);
  expect(taken.map(({ name }) => name)).toEqual(['alone', 'photos']);
  const folder = folderOf(taken[1]?.ref);
  expect([...folder.entries.keys()]).toEqual(['a', 'a/b', 'a/b/1', 'a/2', '3']);
  expect(await text(await folder.fileAt('a/b/1').open())).toBe('photos/a/b/1');
});

test('a large tree goes in parts, none of them too large for a request', async () => {
  const name = (index: number) => `${index}`.padEnd(250, 'x');
  const many = Object.fromEntries(Array.from({ length: 1300 }, (_, index) => [name(index), '']));
  const carrier = createCarrier(tab.world());
  const { taken } = await carrier.offer([], [dropped('photos', { ['deep'.repeat(60)]: many })]);
  expect(folderOf(taken[0]?.ref).entries.size).toBe(1301);
  expect(tab.sent.filter((line) => line === 'POST /bridge-folders').length).toBeGreaterThan(2);
});

test('a file that changed its length since, or is no longer there, fails when it is asked for', async () => {
  const tree: { a: string | null } = { a: 'first' };
  const root = {
    ...dropped('photos', {}),
    createReader() {
      const [entry] = [{ name: 'a', isDirectory: false, file: read }];
      const some = [entry];
      return { readEntries: (resolve: (entries: unknown[]) => void) => resolve(some.splice(0)) };
    },
  } as unknown as FileSystemDirectoryEntry;
  function read(resolve: (file: File) => void, reject: () => void): void {
    if (tree.a === null) reject();
    else resolve(new File([tree.a], 'a'));
  }
  const carrier = createCarrier(tab.world());
  const { taken } = await carrier.offer([], [root]);
  const file = folderOf(taken[0]?.ref).fileAt('a');
  tree.a = 'longer than first';
  await expect(file.open()).rejects.toMatchObject({ code: 'FILE_CHANGED', details: { file: 'photos/a' } });
  tree.a = null;
  await expect(file.open()).rejects.toMatchObject({
    code: 'FILE_NOT_READABLE',
    details: { file: 'photos/a' },
  });
});

test('a shell that is gone, or takes no such folder, is why it was left out', async () => {
  const carrier = createCarrier(tab.world());
  const codeOf = async (folder: FileSystemDirectoryEntry) =>
    (await carrier.offer([], [folder])).leftOut[0]?.error.code;
  expect(await codeOf(dropped('n'.repeat(1025), {}))).toBe('REQUEST_INVALID');
  tab.address = 'http://127.0.0.1:9';
  expect(await codeOf(dropped('photos', {}))).toBe('SERVER_UNREACHABLE');
});

test('parts are taken from the load that began a folder alone, in order, and not once one was refused', async () => {
  const secrets = await shell.enter();
  const tell = (draft: string | null, entries: readonly unknown[], more = {}) =>
    shell.ask(
      'POST',
      '/bridge-folders',
      { ...secrets, ...more },
      { draft, name: 'd', entries, is_whole: false },
    );
  const { draft } = (await tell(null, [])).json() as { draft: string };
  expect((await tell(draft, [{ kind: 'folder', path: 'a' }])).status).toBe(200);
  expect((await tell(draft, [], { 'x-sealkeep-load': 'another-load-of-it' })).status).toBe(400);
  expect((await tell(draft, [{ kind: 'folder', path: 'a' }])).status).toBe(400);
  expect((await tell(draft, [])).status).toBe(400);
  expect(
    (
      await tell(
        null,
        Array.from({ length: 501 }, () => ({ kind: 'folder', path: 'a' })),
      )
    ).status,
  ).toBe(400);
});

test('once its page is gone nothing of a folder can be asked for', async () => {
  await shell.close();
  shell = await startShell(10);
  tab = createTab(shell, shell.issueToken());
  const carrier = createCarrier(tab.world());
  const { taken } = await carrier.offer([], [dropped('photos', { a: 'x' })]);
  const folder = folderOf(taken[0]?.ref);
  tab.leave();
  await expect.poll(() => shell.app.withdrawn).toContain(taken[0]?.ref);
  await expect(folder.fileAt('a').open()).rejects.toMatchObject({ code: 'FILE_PAGE_GONE' });
});
