import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import { createHeldFolder, type OpenHeld } from '../../agent/folders/held-folder.ts';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import type { HeldEntry } from '../../shared/bridge/held-entry.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { someBytes } from '../support/engine.ts';
import { folderSnapshot } from '../support/folder-snapshot.ts';
import { placePerTest } from '../support/place-per-test.ts';
import { collector } from '../support/test-world.ts';

/** Folders that a page holds, sealed and opened by the same jobs as those of the disk. */

const MIB = 1024 * 1024;
const here = placePerTest();
const { at } = here;
beforeEach(() => mkdir(at('out')));

async function write(name: string, content: string | Uint8Array = name): Promise<void> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
}

/** As a page tells of a folder of the disk, in an order of its own: a `.key` may come before its `.enc`. */
async function held(name: string, opened: OpenHeld = (inside, _, upTo) => readAt(at(name, inside), upTo)) {
  const draft = createHeldFolder(name, opened);
  for (const folders = ['']; ; ) {
    const folder = folders.pop();
    if (folder === undefined) return draft.folder();
    const entries = (await readdir(at(name, folder), { withFileTypes: true })).reverse();
    for (const entry of entries) {
      const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(inside);
      draft.add([entry.isDirectory() ? { kind: 'folder', path: inside } : await fileEntry(name, inside)]);
    }
  }
}

async function fileEntry(name: string, inside: string): Promise<HeldEntry> {
  const { size, mtimeMs } = await stat(at(name, inside));
  return { kind: 'file', path: inside, size, mtime: Math.floor(mtimeMs) * 1000 };
}

async function readAt(file: string, upTo?: number): Promise<Readable> {
  return createReadStream(file, upTo === undefined ? {} : { end: upTo - 1 });
}

const codesOf = (failed: ReturnType<typeof collector>['failed']) =>
  failed.map(({ file, error }) => [file, error.code]).sort();

async function seal(source: Parameters<typeof sealFolder>[1]['source'], signal?: AbortSignal) {
  const { report, finished, failed } = collector();
  const sealed = await sealFolder(here.alice.agent.jobs, { source, folder: at('out'), signal }, report);
  return { sealed, finished, failed: codesOf(failed) };
}

async function open(source: Parameters<typeof openFolder>[1]['source'], signal?: AbortSignal) {
  const { report, finished, failed } = collector();
  const opened = await openFolder(here.alice.agent.jobs, { source, folder: at('out'), signal }, report);
  return { opened, finished, failed: codesOf(failed) };
}

/** Kinds and contents, by path. */
async function contentsOf(folder: string) {
  const all = Object.entries(await folderSnapshot(folder)) as [string, Record<string, unknown>][];
  return Object.fromEntries(all.map(([inside, { kind, sha256 }]) => [inside, sha256 ?? kind]));
}

async function makePhotos(): Promise<void> {
  await write('photos/deep/down/a.txt');
  await write('photos/empty.bin', '');
  await write('photos/large.bin', someBytes(3 * MIB + 5));
  await write('photos/caf\u00e9');
  await write('photos/cafe\u0301');
  await write(`photos/${'x'.repeat(251)}.jpg`, 'long');
  await write('photos/sealkeep-folder', 'not the manifest');
  await mkdir(at('photos/none'));
  await here.sealed('photos/before.txt', 'sealed before');
  await write('photos/other.key', 'a secret of another program');
}

test('one that is sealed opens from the disk, and opens where it is held itself, to the same', async () => {
  await makePhotos();
  const before = await contentsOf(at('photos'));
  const { sealed, finished, failed } = await seal(await held('photos'));
  expect(failed).toEqual([]);
  expect(sealed).toMatchObject({ out: at('out', 'photos.sealed'), isWhole: true });
  expect(finished).toMatchObject([{ file: 'photos', out: at('out', 'photos.sealed'), leftOut: 0 }]);
  // Left as it was, with its key, and not sealed again.
  expect(
    (await readFile(at('out/photos.sealed/before.txt.enc'))).equals(
      await readFile(at('photos/before.txt.enc')),
    ),
  ).toBe(true);
  expect(
    (await readFile(at('out/photos.sealed/before.txt.key'))).equals(
      await readFile(at('photos/before.txt.key')),
    ),
  ).toBe(true);

  const fromDisk = await open(at('out', 'photos.sealed'));
  expect(fromDisk.failed).toEqual([]);
  expect(await contentsOf(at('out', 'photos'))).toEqual(before);

  // Its own `.key`s come along; of one that does not the registry has a copy.
  await rm(at('out/photos.sealed/large.bin.key'));
  await rm(at('photos'), { recursive: true });
  await rename(at('out', 'photos.sealed'), at('photos.sealed'));
  const { opened, failed: none } = await open(await held('photos.sealed'));
  expect(none).toEqual([]);
  expect(opened).toMatchObject({ out: at('out', 'photos (2)'), isWhole: true });
  expect(await contentsOf(at('out', 'photos (2)'))).toEqual(before);
  expect((await stat(at('out/photos (2)/empty.bin'))).mode & 0o777).toBe(0o600);
});

test('the files’ times are kept', async () => {
  await write('photos/a.txt');
  await utimes(at('photos/a.txt'), new Date(), new Date('2001-02-03T04:05:06.789Z'));
  await seal(await held('photos'));
  await open(at('out', 'photos.sealed'));
  expect((await stat(at('out/photos/a.txt'))).mtime.toISOString()).toBe('2001-02-03T04:05:06.789Z');
});

test('one file that cannot be read, or changed its length, is left out and said; the rest is sealed', async () => {
  for (const name of ['a', 'b', 'c']) await write(`photos/${name}`);
  const { sealed, failed } = await seal(
    await held('photos', async (inside) => {
      if (inside === 'a') throw new SealkeepError('FILE_NOT_READABLE', { file: 'photos/a' });
      return inside === 'b'
        ? Readable.from([Buffer.from('more than was told')])
        : readAt(at('photos', inside));
    }),
  );
  expect(failed).toEqual([
    ['photos/a', 'FILE_NOT_READABLE'],
    ['photos/b', 'FILE_CHANGED'],
  ]);
  expect(sealed).toMatchObject({ files: 1, isWhole: false });
  await rm(at('out/photos.sealed/c.enc'));
  const opened = await open(await heldAt('out', 'photos.sealed'));
  expect(opened.failed).toContainEqual(['photos.sealed/c.enc', 'FILE_NOT_FOUND']);
});

/** One that lies somewhere below. */
async function heldAt(folder: string, name: string) {
  await rename(at(folder, name), at(name));
  return held(name);
}

test('once its page is gone a folder fails as a whole, is said once, and leaves nothing, sealing and opening', async () => {
  for (let index = 0; index < 60; index += 1) await write(`photos/${index}`);
  const gone = (file: string) => Promise.reject(new SealkeepError('FILE_PAGE_GONE', { file }));
  let asked = 0;
  const leaving: (name: string) => OpenHeld = (name) => async (inside, _, upTo) => {
    asked += 1;
    return asked > 30 ? gone(inside) : readAt(at(name, inside), upTo);
  };
  const { sealed, failed } = await seal(await held('photos', leaving('photos')));
  expect(sealed).toBeUndefined();
  expect(failed).toEqual([['photos', 'FILE_PAGE_GONE']]);
  expect(await readdir(at('out'))).toEqual([]);

  await seal(await held('photos'));
  await rename(at('out', 'photos.sealed'), at('photos.sealed'));
  asked = 0;
  const opening = await open(await held('photos.sealed', leaving('photos.sealed')));
  expect(opening.failed).toEqual([['photos.sealed', 'FILE_PAGE_GONE']]);
  expect(await readdir(at('out'))).toEqual([]);
});

test('once its page is gone no key is asked for any more', async () => {
  let asked = 0;
  const draft = createHeldFolder('films', () => {
    asked += 1;
    return Promise.reject(new SealkeepError('FILE_PAGE_GONE'));
  });
  // Each is a group of its own.
  for (let index = 0; index < 10; index += 1)
    draft.add([{ kind: 'file', path: `${index}`, size: 33 * MIB, mtime: 0 }]);
  expect((await seal(draft.folder())).failed).toEqual([['films', 'FILE_PAGE_GONE']]);
  expect(asked).toBeLessThan(6);
});

test('cancelled in the middle it leaves nothing, also where a file never comes', async () => {
  for (const name of ['a', 'b', 'c']) await write(`photos/${name}`);
  const cancel = new AbortController();
  const source = await held('photos', async (inside) => {
    if (inside !== 'b') return readAt(at('photos', inside));
    cancel.abort();
    return new Promise<Readable>(() => undefined);
  });
  const { sealed, failed } = await seal(source, cancel.signal);
  expect(sealed).toBeUndefined();
  expect(failed).toEqual([['photos', 'JOB_CANCELLED']]);
  expect(await readdir(at('out'))).toEqual([]);
});

test('one without a manifest is opened pair by pair, and it is said that there was one', async () => {
  await write('photos/sub/a.txt', 'the content');
  await seal(await held('photos'));
  for (const ending of ['enc', 'key']) await rm(at(`out/photos.sealed/sealkeep-folder.${ending}`));
  const { failed } = await open(await heldAt('out', 'photos.sealed'));
  expect(failed).toEqual([['photos.sealed', 'FILE_MANIFEST_MISSING']]);
  expect(await readFile(at('out/photos/sub/a.txt'), 'utf8')).toBe('the content');
});
