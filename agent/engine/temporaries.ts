import { existsSync } from 'node:fs';
import { appendFile, lstat, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { randomId } from '../../core/crypto/random.ts';
import { makeFolder, syncFolder } from '../../core/durable/folder.ts';
import { type Lock, tryLock, withLock } from '../../core/durable/lock.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { DAY_MS } from '../../shared/days.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { dataFolderUnusable } from '../profile/data-folder.ts';
import { removeTree } from './remove-tree.ts';

const LOCK_ENDING = '.lock';
const FOLDERS_ENDING = '.folders';
/** Nobody else makes a folder that not even its owner may look into, and this one is there for a moment only. */
export const CLAIM_MODE = 0;
const TEMPORARY_ENDING = '.sealkeep-tmp';
/** How long a folder that is not there stays on record, in milliseconds. */
const KEPT_MS = 30 * DAY_MS;

/**
 * Temporary files and folders of this process's jobs. Their names say whose they are, and the folders they lie in are on
 * record, so that what a killed process left is found and removed at the next start.
 */
export interface Temporaries {
  /**
   * A path in `folder` that nothing else uses. The folder is durably on record before this resolves.
   * @throws SealkeepError DATA_FOLDER_UNUSABLE where the record can't be written, INTERNAL once it is closed.
   */
  nameIn(folder: string): Promise<string>;
  /**
   * Puts durably on record that an empty folder without permissions (`CLAIM_MODE`) at this path only keeps the name for one
   * that is to be moved there.
   * @throws SealkeepError DATA_FOLDER_UNUSABLE where the record can't be written, INTERNAL once it is closed.
   */
  claim(folder: string): Promise<void>;
  /**
   * @returns this process's run. As long as it lives nobody else finds it ended (`isEndedRun`).
   * @throws SealkeepError DATA_FOLDER_UNUSABLE where its lock can't be made, INTERNAL once it is closed.
   */
  run(): Promise<string>;
  /**
   * Removes what jobs could not remove themselves, and ends the record. Where a folder is away, as a drive that was pulled
   * out, the record stays for the next start. No job may go on.
   */
  close(): Promise<void>;
}

/** The record is begun with the first temporary file: most processes make none. */
export function createTemporaries(dataFolder: string): Temporaries {
  const runs = runsFolder(dataFolder);
  const run = randomId();
  const recorded = new Map<string, Promise<void>>();
  let isSynced = false;
  let isClosed = false;
  let lock: Promise<Lock> | undefined;

  async function begin(): Promise<Lock> {
    await makeFolder(runs);
    const taken = await whileNobodyLooks(dataFolder, () => tryLock(path.join(runs, run + LOCK_ENDING)));
    if (!taken) throw new Error('a lock of a random name is taken');
    return taken;
  }

  async function hold(): Promise<void> {
    lock ??= begin().catch((error: unknown) => {
      lock = undefined;
      throw error;
    });
    await lock;
  }

  async function record(line: RecordLine): Promise<void> {
    await hold();
    const file = path.join(runs, run + FOLDERS_ENDING);
    // A line that came half, as on a full disk, must not take the next one with it.
    await appendFile(file, `\n${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
    if (isSynced) return;
    await syncFolder(runs);
    isSynced = true;
  }

  const unusable = (cause: unknown) => dataFolderUnusable(dataFolder, cause);

  /** What a job that goes on all the same would make now is on no record. */
  function assertOpen(): void {
    if (isClosed)
      throw new SealkeepError(
        'INTERNAL',
        {},
        { cause: new Error('the record of temporary files is closed') },
      );
  }

  return {
    async nameIn(folder) {
      assertOpen();
      const full = path.resolve(folder);
      let recording = recorded.get(full);
      if (!recording) {
        recording = record(full).catch((cause: unknown) => {
          recorded.delete(full);
          throw unusable(cause);
        });
        recorded.set(full, recording);
      }
      await recording;
      return path.join(folder, `.${run}.${randomId()}${TEMPORARY_ENDING}`);
    },
    async claim(folder) {
      assertOpen();
      await record({ claim: path.resolve(folder) }).catch((cause: unknown) => {
        throw unusable(cause);
      });
    },
    async run() {
      assertOpen();
      await hold().catch((cause: unknown) => {
        throw unusable(cause);
      });
      return run;
    },
    async close() {
      isClosed = true;
      const held = await lock;
      if (!held) return;
      let isDone: boolean;
      try {
        isDone = await sweep(run, path.join(runs, run + FOLDERS_ENDING));
      } finally {
        held.release();
      }
      if (isDone) await forget(runs, run);
    },
  };
}

/**
 * Removes the temporary files of processes that ended without doing so. A folder that is not there now (a drive that is
 * away) stays on record for the next time, for a month.
 */
export async function removeDeadTemporaries(dataFolder: string, now: () => Date): Promise<void> {
  const runs = runsFolder(dataFolder);
  for (const name of (await namesIn(runs)) ?? []) {
    if (!name.endsWith(LOCK_ENDING)) continue;
    const lock = await whileNobodyLooks(dataFolder, () => tryLock(path.join(runs, name)));
    if (!lock) continue;
    const run = name.slice(0, -LOCK_ENDING.length);
    const record = path.join(runs, run + FOLDERS_ENDING);
    let isDone: boolean;
    try {
      isDone = (await sweep(run, record)) || (await isOld(record, now()));
    } finally {
      lock.release();
    }
    if (isDone) await forget(runs, run);
  }
}

/** Whether the process of a run that was once held lives no more. */
export function isEndedRun(dataFolder: string, run: string): boolean {
  const file = path.join(runsFolder(dataFolder), run + LOCK_ENDING);
  // To look for the lock of a run that is forgotten would make another one.
  if (!existsSync(file)) return true;
  const lock = tryLock(file);
  lock?.release();
  return lock !== undefined;
}

/** Names for files inside a temporary folder need no record, as it is removed as a whole; all others get theirs. */
export function temporariesWithin(root: string, others: Temporaries): Temporaries {
  return {
    async nameIn(folder) {
      const isInside = folder === root || folder.startsWith(root + path.sep);
      return isInside ? path.join(folder, `.${randomId()}${TEMPORARY_ENDING}`) : others.nameIn(folder);
    },
    claim: (folder) => others.claim(folder),
    run: () => others.run(),
    close: () => others.close(),
  };
}

/** Whether that is what a job calls what it has not finished: another one's, or a dead one's. */
export function isTemporaryName(name: string): boolean {
  return /^\.[\w-]{22}\.[\w-]{22}\.sealkeep-tmp$/.test(name);
}

/** Where runs have their locks and records. */
export function runsFolder(dataFolder: string): string {
  return path.join(dataFolder, 'runs');
}

/** A lock's file is there before it is locked: whoever looked for dead ones in between would take it for one. */
function whileNobodyLooks<T>(dataFolder: string, work: () => T): Promise<T> {
  return withLock(path.join(dataFolder, 'runs.lock'), async () => work());
}

/** @returns whether every folder could be looked through. */
async function sweep(run: string, record: string): Promise<boolean> {
  let isDone = true;
  for (const line of await linesOf(record)) {
    if (line === undefined) {
      isDone = false;
      continue;
    }
    try {
      if (typeof line === 'string') isDone = (await sweepFolder(run, line)) && isDone;
      else await removeClaim(line.claim);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      isDone = false;
    }
  }
  return isDone;
}

/** @returns whether the folder was there. */
async function sweepFolder(run: string, folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  const dead = names?.filter((name) => name.startsWith(`.${run}.`) && name.endsWith(TEMPORARY_ENDING));
  for (const name of dead ?? []) await removeTree(path.join(folder, name));
  return dead !== undefined;
}

const NO_CLAIM = new Set(['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST']);

/** What keeps a name for a folder that never came; anything else under that name stays. */
async function removeClaim(folder: string): Promise<void> {
  try {
    const found = await lstat(folder);
    if (found.isDirectory() && (found.mode & 0o777) === CLAIM_MODE) await rmdir(folder);
  } catch (error) {
    if (!NO_CLAIM.has(codeOf(error) ?? '')) throw error;
  }
}

const recordLine = z.union([z.string(), z.object({ claim: z.string() })]);
/** A folder in which temporary files may lie, or a name that may be kept by an empty one. */
type RecordLine = z.infer<typeof recordLine>;

/** @returns undefined for a line that says something else, as another version may write it. */
async function linesOf(record: string): Promise<(RecordLine | undefined)[]> {
  const text = await readFile(record, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => parsed(line).map((json) => recordLine.safeParse(json).data));
}

/** Half a line is none: its process got no name for a temporary file there. */
function parsed(line: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

async function isOld(record: string, now: Date): Promise<boolean> {
  return now.getTime() - (await stat(record)).mtimeMs > KEPT_MS;
}

/** @returns undefined where there is no such folder. */
async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The lock goes last: a record without one would never be looked at. */
async function forget(runs: string, run: string): Promise<void> {
  await rm(path.join(runs, run + FOLDERS_ENDING), { force: true });
  await rm(path.join(runs, run + LOCK_ENDING), { force: true });
}
