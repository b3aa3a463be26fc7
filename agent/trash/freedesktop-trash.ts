import { lstat, mkdir, open, realpath, rm, stat, rename as systemRename } from 'node:fs/promises';
import path from 'node:path';
import { randomId } from '../../core/crypto/random.ts';
import { makeFolder, syncFolder } from '../../core/durable/folder.ts';
import { lstatOrNothing } from '../../core/durable/lstat.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { LIMITS } from '../../shared/limits.ts';
import { numberedName } from '../../shared/names/file-name.ts';
import { assertExpected, type Expected, isMoved, moveBack } from './expected.ts';
import type { Trash } from './trash.ts';
import { FILES, INFO, INFO_ENDING, trashInfo } from './trash-info.ts';

export interface FreedesktopSettings {
  /** `$XDG_DATA_HOME`. */
  readonly dataHome: string;
  readonly uid: number;
  readonly now: () => Date;
  /** On which file system a folder is. */
  readonly deviceOf?: (folder: string) => Promise<bigint>;
  /** The one step that moves a file, all of it or nothing. */
  readonly rename?: (from: string, to: string) => Promise<void>;
  /** Makes a folder's entries durable. */
  readonly sync?: (folder: string) => Promise<void>;
}

/** A trash on the file's own file system. */
interface TrashFolder {
  readonly folder: string;
  /** Paths in its `.trashinfo` files begin here; whole ones where there is none. */
  readonly top: string | undefined;
}

/** The system says by these that nothing can be put into one folder; another one may do. */
const ELSEWHERE = new Set(['EXDEV', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOSPC', 'EDQUOT', 'ELOOP']);
const STICKY = 0o1000;

/**
 * The trash of Linux desktops (freedesktop.org trash specification 1.0): the one of the home folder, or on another disk
 * the one at its top. Files and folders are only ever renamed, never copied, so where their file system has no trash they
 * stay.
 */
export function createFreedesktopTrash(settings: FreedesktopSettings): Trash {
  return async (file, expected) => {
    const origin = await originOf(file);
    try {
      for await (const trash of trashFolders(path.dirname(origin), settings)) {
        const moved = await moveInto(trash, origin, expected, settings);
        if (moved !== undefined) return moved;
      }
    } catch (error) {
      if (isSealkeepError(error) || codeOf(error) === undefined) throw error;
      throw new SealkeepError('TRASH_FAILED', { file }, { cause: error });
    }
    throw new SealkeepError('TRASH_UNAVAILABLE', { file });
  };
}

/** The file's own name, in its folder's real place. */
async function originOf(file: string): Promise<string> {
  const full = path.resolve(file);
  const folder = await realpath(path.dirname(full)).catch((error: unknown) => {
    throw new SealkeepError('FILE_NOT_FOUND', { file }, { cause: error });
  });
  return path.join(folder, path.basename(full));
}

/** Where a file of this folder may go, best first; made where it is not there yet. */
async function* trashFolders(
  folder: string,
  { dataHome, uid, deviceOf = deviceOfFolder }: FreedesktopSettings,
): AsyncGenerator<TrashFolder> {
  const device = await deviceOf(folder);
  const home = path.join(dataHome, 'Trash');
  if ((await deviceOf(await nearestFolder(home))) === device) {
    if (!(await isPrepared(home))) return;
    yield { folder: home, top: undefined };
    // The same file system, mounted a second time: the trash at the top of that mount is next.
  }

  const top = await topOf(folder, device, deviceOf);
  const shared = path.join(top, '.Trash');
  const own = (await isSharedTrash(shared)) ? path.join(shared, String(uid)) : undefined;
  for (const candidate of [own, path.join(top, `.Trash-${uid}`)]) {
    if (candidate !== undefined && (await isOwnTrash(candidate, uid)) && (await isPrepared(candidate)))
      yield { folder: candidate, top };
  }
}

async function deviceOfFolder(folder: string): Promise<bigint> {
  return (await stat(folder, { bigint: true })).dev;
}

async function nearestFolder(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
  }
  return nearestFolder(path.dirname(folder));
}

/** The uppermost folder of a file system. */
async function topOf(
  folder: string,
  device: bigint,
  deviceOf: (folder: string) => Promise<bigint>,
): Promise<string> {
  const parent = path.dirname(folder);
  if (parent === folder || (await deviceOf(parent)) !== device) return folder;
  return topOf(parent, device, deviceOf);
}

/** One that an administrator made for all: it has to be sticky and no link, or others could take what lies in it. */
async function isSharedTrash(folder: string): Promise<boolean> {
  const found = await lstatOrNothing(folder);
  return found?.isDirectory() === true && (found.mode & STICKY) !== 0;
}

/** Somebody else's folder by our name would get the file in the clear. */
async function isOwnTrash(folder: string, uid: number): Promise<boolean> {
  try {
    await mkdir(folder, 0o700);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      if (ELSEWHERE.has(codeOf(error) ?? '')) return false;
      throw error;
    }
  }
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === uid;
}

/** @returns whether a file can be put there. */
async function isPrepared(folder: string): Promise<boolean> {
  try {
    for (const name of [FILES, INFO]) await makeFolder(path.join(folder, name));
    return true;
  } catch (error) {
    if (ELSEWHERE.has(codeOf(error) ?? '') || codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @returns where the file is now; undefined where this trash can't have it. */
async function moveInto(
  trash: TrashFolder,
  origin: string,
  expected: Expected,
  { now, rename = systemRename, sync = syncFolder }: FreedesktopSettings,
): Promise<string | undefined> {
  const from = path.dirname(origin);
  // A folder that can't be synced is found out before anything moves.
  await sync(from);
  const place = await reserve(trash, origin, now(), sync);
  if (!place) return undefined;
  try {
    await assertExpected(origin, expected);
    // The name in `info` is ours, and so is this one: that is how programs share a trash.
    await rename(origin, place.file);
  } catch (error) {
    await rm(place.info, { force: true });
    // Two folders of one file system that are mounted apart.
    if (codeOf(error) === 'EXDEV') return undefined;
    throw error;
  }
  await assertMoved(place, origin, expected);
  try {
    for (const folder of [path.dirname(place.file), from]) await sync(folder);
  } catch (error) {
    await giveBack(place, origin);
    throw error;
  }
  return place.file;
}

interface TrashPlace {
  readonly file: string;
  readonly info: string;
}

/**
 * Takes a name that is free, by a durable `.trashinfo` for a file that is not there yet.
 * @returns undefined where nothing can be written there.
 */
async function reserve(
  trash: TrashFolder,
  origin: string,
  now: Date,
  sync: typeof syncFolder,
): Promise<TrashPlace | undefined> {
  const text = trashInfo(trash.top === undefined ? origin : path.relative(trash.top, origin), now);
  try {
    for (const name of namesFor(path.basename(origin))) {
      const place = placeOf(trash, name);
      if (!(await lstatOrNothing(place.file)) && (await writeNew(place.info, text))) {
        await sync(path.dirname(place.info));
        return place;
      }
    }
  } catch (error) {
    if (!ELSEWHERE.has(codeOf(error) ?? '')) throw error;
  }
  return undefined;
}

function placeOf({ folder }: TrashFolder, name: string): TrashPlace {
  return { file: path.join(folder, FILES, name), info: path.join(folder, INFO, name + INFO_ENDING) };
}

/** The file's own name, with a number where it is taken, and one of no meaning where it is too long. */
function* namesFor(name: string): Generator<string> {
  const fits = (candidate: string) => Buffer.byteLength(candidate + INFO_ENDING) <= LIMITS.fileName;
  let candidate = name;
  for (let number = 2; fits(candidate); number += 1) {
    yield candidate;
    candidate = numberedName(name, number);
  }
  while (true) yield randomId();
}

/** @returns false where the name is taken. */
async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Somebody may have put another file under the name at the last moment, or into the folder: that one goes back.
 * @throws SealkeepError FILE_CHANGED
 */
async function assertMoved(place: TrashPlace, origin: string, expected: Expected): Promise<void> {
  if (await isMoved(place.file, expected)) return;
  await giveBack(place, origin);
  throw new SealkeepError('FILE_CHANGED', { file: origin });
}

/** Where its name is taken again by then it stays in the trash, whole. */
async function giveBack({ file, info }: TrashPlace, origin: string): Promise<void> {
  if (await moveBack(file, origin)) await rm(info, { force: true });
}
