import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getuid } from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mountSmallDisk } from '../../test/support/small-disk.ts';
import { identityAt } from '../engine/file-identity.ts';
import { createFreedesktopTrash } from './freedesktop-trash.ts';
import { createSystemTrash } from './system-trash.ts';

const UID = getuid?.() ?? -1;
const NOW = new Date(2026, 10, 2, 3, 4, 5);
const INFO = (origin: string) => `[Trash Info]\nPath=${origin}\nDeletionDate=2026-11-02T03:04:05\n`;

let base: string;
let home: string;
beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'sealkeep-trash-'));
  home = path.join(base, 'data home');
});
afterEach(() => rm(base, { recursive: true, force: true }));

const write = async (name: string, content = name) => {
  const file = path.join(base, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
};
const names = async (folder: string) => (await readdir(folder)).sort();

/** A disk that is mounted at `disk`, as far as the trash can tell. */
const disks = async (folder: string) => (folder.startsWith(path.join(base, 'disk')) ? 2n : 1n);

function trashOf(overrides: { uid?: number; deviceOf?: (folder: string) => Promise<bigint> } = {}) {
  const trash = createFreedesktopTrash({ dataHome: home, uid: UID, now: () => NOW, ...overrides });
  return async (file: string) => trash(file, await identityAt(file));
}

describe('the trash of the home folder', () => {
  test('takes a file whole, and keeps where it came from, as the specification writes it', async () => {
    const file = await write('a folder/50% größer & 世.txt', 'content');
    const before = await stat(file);
    const to = await trashOf()(file);
    expect(to).toBe(path.join(home, 'Trash/files/50% größer & 世.txt'));
    expect(await readFile(to ?? '', 'utf8')).toBe('content');
    const { ino, mtimeMs, mode } = await stat(to ?? '');
    expect({ ino, mtimeMs, mode }).toEqual({ ino: before.ino, mtimeMs: before.mtimeMs, mode: before.mode });
    expect(await names(path.dirname(file))).toEqual([]);
    const origin = `${base}/a%20folder/50%25%20gr%C3%B6%C3%9Fer%20%26%20%E4%B8%96.txt`;
    const info = path.join(home, 'Trash/info/50% größer & 世.txt.trashinfo');
    expect(await readFile(info, 'utf8')).toBe(INFO(origin));
    for (const folder of ['Trash', 'Trash/files', 'Trash/info'])
      expect((await stat(path.join(home, folder))).mode & 0o777).toBe(0o700);
  });

  test('overwrites nothing: neither a file nor a name that another program has taken', async () => {
    await write('data home/Trash/files/a.txt', 'an orphan');
    await write('data home/Trash/info/a (2).txt.trashinfo', 'another program’s');
    const to = await trashOf()(await write('a.txt', 'ours'));
    expect(path.basename(to ?? '')).toBe('a (3).txt');
    expect(await readFile(path.join(home, 'Trash/files/a.txt'), 'utf8')).toBe('an orphan');
    expect(await readFile(path.join(home, 'Trash/info/a (2).txt.trashinfo'), 'utf8')).toBe(
      'another program’s',
    );
  });

  test('takes a name that is too long with an ending under another one', async () => {
    const file = await write('x'.repeat(255), 'long');
    const to = (await trashOf()(file)) ?? '';
    expect(await readFile(to, 'utf8')).toBe('long');
    const info = path.join(home, 'Trash/info', `${path.basename(to)}.trashinfo`);
    expect(await readFile(info, 'utf8')).toBe(INFO(file));
  });

  test('takes what lies behind a link to its folder from where it really is', async () => {
    const file = await write('real/a.txt');
    await symlink(path.join(base, 'real'), path.join(base, 'link'));
    await trashOf()(path.join(base, 'link/a.txt'));
    const info = path.join(home, 'Trash/info/a.txt.trashinfo');
    expect(await readFile(info, 'utf8')).toBe(INFO(file));
  });
});

test('a disk that fails right after the move gives the file back', async () => {
  const file = await write('a.txt', 'content');
  let isMoved = false;
  const trash = createFreedesktopTrash({
    ...{ dataHome: home, uid: UID, now: () => NOW },
    async rename(from, to) {
      await rename(from, to);
      isMoved = true;
    },
    async sync() {
      if (isMoved) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    },
  });
  await expect(trash(file, await identityAt(file))).rejects.toMatchObject({ code: 'TRASH_FAILED' });
  expect(await readFile(file, 'utf8')).toBe('content');
  for (const folder of ['files', 'info']) expect(await names(path.join(home, 'Trash', folder))).toEqual([]);
});

describe('on another disk', () => {
  test('the trash at its top is taken, with a path from there', async () => {
    const to = await trashOf({ deviceOf: disks })(await write('disk/deep/a b.txt'));
    expect(to).toBe(path.join(base, `disk/.Trash-${UID}/files/a b.txt`));
    const info = path.join(base, `disk/.Trash-${UID}/info/a b.txt.trashinfo`);
    expect(await readFile(info, 'utf8')).toBe(INFO('deep/a%20b.txt'));
    expect((await stat(path.join(base, `disk/.Trash-${UID}`))).mode & 0o777).toBe(0o700);
    await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('one that an administrator made for all comes first', async () => {
    await mkdir(path.join(base, 'disk/.Trash'), { recursive: true });
    await chmod(path.join(base, 'disk/.Trash'), 0o1777);
    const to = await trashOf({ deviceOf: disks })(await write('disk/a.txt'));
    expect(to).toBe(path.join(base, `disk/.Trash/${UID}/files/a.txt`));
  });

  test.each(['not sticky', 'a link'])('but not where it is %s', async (what) => {
    const shared = path.join(base, 'disk/.Trash');
    const elsewhere = path.join(base, 'disk/elsewhere');
    await mkdir(elsewhere, { recursive: true });
    await chmod(elsewhere, 0o1777);
    await (what === 'a link' ? symlink(elsewhere, shared) : mkdir(shared));
    const to = await trashOf({ deviceOf: disks })(await write('disk/a.txt'));
    expect(to).toBe(path.join(base, `disk/.Trash-${UID}/files/a.txt`));
  });

  test.each(['somebody else’s folder', 'a link', 'a file'])('%s by our name gets nothing', async (what) => {
    const file = await write('disk/a.txt');
    const [uid, ours] = what.startsWith('somebody') ? [UID + 1, `.Trash-${UID + 1}`] : [UID, `.Trash-${UID}`];
    const planted = path.join(base, 'disk', ours);
    if (what === 'a link') await symlink(await write('elsewhere').then(path.dirname), planted);
    else await (what === 'a file' ? writeFile(planted, '') : mkdir(planted));
    await expect(trashOf({ uid, deviceOf: disks })(file)).rejects.toMatchObject({
      code: 'TRASH_UNAVAILABLE',
    });
    expect(await readFile(file, 'utf8')).toBe('disk/a.txt');
  });

  test('nothing is copied: what the system does not move into one trash goes to the next, or stays', async () => {
    const disk = mountSmallDisk();
    if (!disk) return;
    try {
      // Two mounts that look like one file system, as a folder that is mounted a second time does.
      const deviceOf = async (folder: string) => ([base, disk.folder].includes(folder) ? 1n : 2n);
      const trash = createFreedesktopTrash({ dataHome: disk.folder, uid: UID, now: () => NOW, deviceOf });
      const moved = await write('moved.txt');
      const own = path.join(base, `.Trash-${UID}`);
      expect(await trash(moved, await identityAt(moved))).toBe(path.join(own, 'files/moved.txt'));
      await rm(own, { recursive: true });
      await writeFile(own, 'in the way');
      const stays = await write('stays.txt');
      await expect(trash(stays, await identityAt(stays))).rejects.toMatchObject({
        code: 'TRASH_UNAVAILABLE',
      });
      expect(await names(base)).toEqual([`.Trash-${UID}`, 'stays.txt']);
      for (const folder of ['files', 'info'])
        expect(await names(path.join(disk.folder, 'Trash', folder))).toEqual([]);
    } finally {
      disk.remove();
    }
  });
});

describe('what is not the file that was meant', () => {
  test('stays', async () => {
    const file = await write('a.txt', 'proved');
    const expected = await identityAt(file);
    await writeFile(file, 'edited');
    const trash = createFreedesktopTrash({ dataHome: home, uid: UID, now: () => NOW });
    await expect(trash(file, expected)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(await readFile(file, 'utf8')).toBe('edited');
    expect(await names(path.join(home, 'Trash/info'))).toEqual([]);
  });

  test.each([
    ['goes back where it came from', false, ['a.txt'], []],
    ['stays whole in the trash where its name is taken again', true, ['a.txt', 'trashed'], ['a.txt']],
  ])('what takes its name at the last moment %s', async (_, isTakenAgain, contents, inTrash) => {
    const file = await write('a.txt', 'proved');
    const expected = await identityAt(file);
    const trash = createFreedesktopTrash({
      ...{ dataHome: home, uid: UID, now: () => NOW },
      async rename(from, to) {
        await rename(from, `${from}.aside`);
        await writeFile(from, isTakenAgain ? 'trashed' : 'a.txt');
        await rename(from, to);
        if (isTakenAgain) await writeFile(from, 'a.txt');
      },
    });
    await expect(trash(file, expected)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    const [files, info] = [path.join(home, 'Trash/files'), path.join(home, 'Trash/info')];
    expect(await names(files)).toEqual(inTrash);
    expect(await names(info)).toEqual(inTrash.map((name) => `${name}.trashinfo`));
    const found = [file, ...inTrash.map((name) => path.join(files, name))];
    expect(await Promise.all(found.map((one) => readFile(one, 'utf8')))).toEqual(contents);
    expect(await readFile(`${file}.aside`, 'utf8')).toBe('proved');
  });

  test('so does a link to it, and what is gone says so', async () => {
    const file = await write('a.txt', 'proved');
    const expected = await identityAt(file);
    const link = path.join(base, 'link');
    await symlink(file, link);
    const trash = createFreedesktopTrash({ dataHome: home, uid: UID, now: () => NOW });
    await expect(trash(link, expected)).rejects.toMatchObject({ code: 'FILE_NOT_A_FILE' });
    await rename(file, `${file}.moved`);
    await expect(trash(file, expected)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(trash(path.join(base, 'no/where'), expected)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    expect(await names(base)).toEqual(['a.txt.moved', 'data home', 'link']);
  });
});

test.each(['darwin', 'win32'] as const)('on %s a plain process has none, and says so', async (platform) => {
  const file = await write('a.txt');
  const trash = createSystemTrash({ platform, environment: {}, uid: UID, now: () => NOW });
  await expect(trash(file, await identityAt(file))).rejects.toMatchObject({
    code: 'TRASH_UNAVAILABLE',
    details: { file },
  });
  expect(await names(base)).toEqual(['a.txt']);
});

test('elsewhere it is where XDG_DATA_HOME says', async () => {
  const file = await write('a.txt');
  const environment = { XDG_DATA_HOME: home };
  const trash = createSystemTrash({ platform: 'linux', environment, uid: UID, now: () => NOW });
  expect(await trash(file, await identityAt(file))).toBe(path.join(home, 'Trash/files/a.txt'));
});
