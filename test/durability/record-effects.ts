import fs, { type NoParamCallback, type PathLike } from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { EFFECTS_SETTING, type Effect, NO_LINKS_SETTING } from './effect.ts';

/**
 * Imported into a process and each of its threads before the product (`node --import`), by tests only: writes down, in
 * order, every change of the disk and every sync that the product's calls make.
 */
const record = process.env[EFFECTS_SETTING];
const hasLinks = process.env[NO_LINKS_SETTING] === undefined;

const { openSync, writeSync, fstatSync, lstatSync, statSync, linkSync, fsync } = fs;
const descriptor = record === undefined ? undefined : openSync(record, 'a');

function tell(effect: Effect): void {
  if (descriptor !== undefined) writeSync(descriptor, `${JSON.stringify(effect)}\n`);
}

type Given = PathLike | FileHandle;
const whole = (given: Given): string =>
  path.resolve(given instanceof URL ? fileURLToPath(given) : String(given));
const folderOf = (file: string): number => statSync(path.dirname(file)).ino;
const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

let calls = 0;
/** @returns tells that it ended. */
function syncing(fd: number): () => void {
  calls += 1;
  const call = `${threadId}:${calls}`;
  tell({ did: 'sync', ino: fstatSync(fd).ino, call });
  return () => tell({ did: 'synced', call });
}

function changed(fd: number, data?: unknown): void {
  const text = typeof data === 'string' && data.length < 10_000 ? { text: data } : {};
  tell({ did: 'change', ino: fstatSync(fd).ino, ...text });
}

function made(given: Given, what: 'file' | 'folder' | 'link'): void {
  const file = whole(given);
  const { ino, mode } = lstatSync(file);
  tell({ did: 'make', path: file, ino, folder: folderOf(file), what, mode: mode & 0o777 });
}

function linked(from: Given, to: Given): void {
  const file = whole(to);
  tell({ did: 'link', from: whole(from), path: file, ino: lstatSync(file).ino, folder: folderOf(file) });
}

function renamed(from: Given, to: Given): void {
  const [old, file] = [whole(from), whole(to)];
  const { ino } = lstatSync(file);
  tell({ did: 'rename', from: old, fromFolder: folderOf(old), path: file, ino, folder: folderOf(file) });
}

function removed(given: Given): void {
  const file = whole(given);
  tell({ did: 'remove', path: file, folder: folderOf(file) });
}

/** Where there are no hard links the system says so. */
function refuseLink(): void {
  if (!hasLinks) throw Object.assign(new Error('ENOTSUP: no hard links here'), { code: 'ENOTSUP' });
}

type Work<Parameters extends unknown[], Result> = (...parameters: Parameters) => Result;

/** The same call, told of once it did what it does. */
function then<Parameters extends unknown[], Result>(
  work: Work<Parameters, Result>,
  told: (...parameters: Parameters) => void,
): Work<Parameters, Result> {
  return (...parameters) => {
    const result = work(...parameters);
    told(...parameters);
    return result;
  };
}

function thenLater<Parameters extends unknown[], Result>(
  work: Work<Parameters, Promise<Result>>,
  told: (...parameters: Parameters) => void,
): Work<Parameters, Promise<Result>> {
  return async (...parameters) => {
    const result = await work(...parameters);
    told(...parameters);
    return result;
  };
}

function watchSync(): void {
  const { writevSync, ftruncateSync, fchmodSync, futimesSync, fsyncSync } = fs;
  const { renameSync, unlinkSync, mkdirSync, rmdirSync, rmSync } = fs;
  Object.assign(fs, {
    openSync(...given: Parameters<typeof openSync>) {
      const wasThere = isThere(whole(given[0]));
      const fd = openSync(...given);
      if (!wasThere) made(given[0], 'file');
      return fd;
    },
    writeSync: then(writeSync as Work<[number, ...unknown[]], number>, (fd) => changed(fd)),
    writevSync: then(writevSync, (fd) => changed(fd)),
    ftruncateSync: then(ftruncateSync, (fd) => changed(fd)),
    fchmodSync: then(fchmodSync, (fd) => changed(fd)),
    futimesSync: then(futimesSync, (fd) => changed(fd)),
    fsyncSync(fd: number) {
      const done = syncing(fd);
      fsyncSync(fd);
      done();
    },
    fsync(fd: number, callback: NoParamCallback) {
      const done = syncing(fd);
      fsync(fd, (error) => {
        if (!error) done();
        callback(error);
      });
    },
    linkSync: then((...given: Parameters<typeof linkSync>) => {
      refuseLink();
      linkSync(...given);
    }, linked),
    renameSync: then(renameSync, renamed),
    unlinkSync: then(unlinkSync, removed),
    rmdirSync: then(rmdirSync as Work<[PathLike], void>, removed),
    rmSync: then(rmSync as Work<[PathLike], void>, removed),
    mkdirSync: then(mkdirSync as Work<[PathLike], unknown>, (folder) => made(folder, 'folder')),
  });
}

function watchPromises(): void {
  const { open, link, rename, rm, unlink, mkdir, rmdir, symlink } = promises;
  const watchedOpen = async (...given: Parameters<typeof open>): Promise<FileHandle> => {
    const wasThere = isThere(whole(given[0]));
    const handle = await open(...given);
    if (!wasThere) made(given[0], 'file');
    return handle;
  };
  /** As Node does it, but by calls that are watched. */
  const writing =
    (flag: string) =>
    async (given: PathLike, data: string | Uint8Array, options: object | string = {}): Promise<void> => {
      const how = { flag, mode: 0o666, flush: false, ...(typeof options === 'string' ? {} : options) };
      const handle = await watchedOpen(given, how.flag, how.mode);
      try {
        await handle.writeFile(data);
        if (how.flush) await handle.sync();
      } finally {
        await handle.close();
      }
    };
  Object.assign(promises, {
    open: watchedOpen,
    writeFile: writing('w'),
    appendFile: writing('a'),
    link: thenLater(async (from: PathLike, to: PathLike) => {
      refuseLink();
      await link(from, to);
    }, linked),
    rename: thenLater(rename, renamed),
    rm: thenLater(rm, removed),
    unlink: thenLater(unlink, removed),
    rmdir: thenLater(rmdir as Work<[PathLike], Promise<void>>, removed),
    mkdir: thenLater(mkdir as Work<[PathLike], Promise<unknown>>, (folder) => made(folder, 'folder')),
    symlink: thenLater(symlink, (_, file) => made(file, 'link')),
  });
}

async function watchHandles(): Promise<void> {
  const handle = await promises.open(process.execPath);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { sync } = prototype;
  for (const name of ['write', 'writev', 'writeFile', 'appendFile', 'truncate', 'chmod', 'utimes'] as const) {
    const work = prototype[name] as (this: FileHandle, ...given: unknown[]) => Promise<unknown>;
    Object.assign(prototype, {
      async [name](this: FileHandle, ...given: unknown[]) {
        const result = await work.apply(this, given);
        changed(this.fd, given[0]);
        return result;
      },
    });
  }
  Object.assign(prototype, {
    async sync(this: FileHandle) {
      const done = syncing(this.fd);
      await sync.call(this);
      done();
    },
  });
}

/** The product says that something is there for good. */
export function say(done: readonly string[], folders: readonly string[]): void {
  tell({ did: 'say', done: done.map(whole), folders: folders.map((folder) => statSync(folder).ino) });
}

/** What the test did is none of the product's doing. */
export function settle(): void {
  tell({ did: 'settle' });
}

if (descriptor !== undefined) {
  await watchHandles();
  watchSync();
  watchPromises();
  syncBuiltinESMExports();
}
