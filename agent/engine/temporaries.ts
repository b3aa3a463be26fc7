import { existsSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomId } from '../../core/crypto/random.ts';
import { makeFolder, syncFolder } from '../../core/durable/folder.ts';
import { type Lock, tryLock, withLock } from '../../core/durable/lock.ts';
import { lstatOrNothing } from '../../core/durable/lstat.ts';
import type { Claim } from '../../core/durable/publish.ts';
import { DAY_MS } from '../../shared/days.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { dataFolderUnusable } from '../profile/data-folder.ts';
import { createClaims } from './claims.ts';
import { namesIn, type RunRecords, sweepRun, temporaryNameOf } from './sweep-run.ts';

const LOCK_ENDING = '.lock';
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
   * Takes a name by something empty, a file or a folder without permissions (`CLAIM_MODE`), one at a time and on record.
   * @throws SealkeepError DATA_FOLDER_UNUSABLE where the record can't be written, INTERNAL once it is closed.
   */
  readonly claim: Claim;
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
  const records = recordsOf(runs, run);
  const recorded = new Map<string, Promise<void>>();
  const synced = new Set<string>();
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

  async function record(file: string, text: string, write: typeof appendFile): Promise<void> {
    await hold();
    await write(file, text, { mode: 0o600, flush: true });
    if (synced.has(file)) return;
    await syncFolder(runs);
    synced.add(file);
  }

  const unusable = (cause: unknown) => dataFolderUnusable(dataFolder, cause);
  const claim = createClaims((text) =>
    record(records.claim, text, writeFile).catch((cause: unknown) => {
      throw unusable(cause);
    }),
  );

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
        // A line that came half, as on a full disk, must not take the next one with it.
        const line = `\n${JSON.stringify(full)}\n`;
        recording = record(records.folders, line, appendFile).catch((cause: unknown) => {
          recorded.delete(full);
          throw unusable(cause);
        });
        recorded.set(full, recording);
      }
      await recording;
      return path.join(folder, temporaryNameOf(run));
    },
    async claim(target, temporary, take) {
      assertOpen();
      return claim(target, temporary, take);
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
        isDone = await sweepRun(run, records);
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
    const records = recordsOf(runs, run);
    let isDone: boolean;
    try {
      isDone = (await sweepRun(run, records)) || (await isOld(records, now()));
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

/** What is inside a temporary folder needs no record, as it is removed as a whole; all else gets its own. */
export function temporariesWithin(root: string, others: Temporaries): Temporaries {
  const isInside = (folder: string) => folder === root || folder.startsWith(root + path.sep);
  return {
    nameIn: async (folder) =>
      isInside(folder) ? path.join(folder, `.${randomId()}.sealkeep-tmp`) : others.nameIn(folder),
    claim: (target, temporary, take) =>
      isInside(path.dirname(target)) ? take() : others.claim(target, temporary, take),
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

function recordsOf(runs: string, run: string): RunRecords {
  return { folders: path.join(runs, `${run}.folders`), claim: path.join(runs, `${run}.claim`) };
}

async function isOld({ folders }: RunRecords, now: Date): Promise<boolean> {
  const found = await lstatOrNothing(folders);
  return !found || now.getTime() - found.mtimeMs > KEPT_MS;
}

/** The lock goes last: a record without one would never be looked at. */
async function forget(runs: string, run: string): Promise<void> {
  const { folders, claim } = recordsOf(runs, run);
  for (const file of [folders, claim, path.join(runs, run + LOCK_ENDING)]) await rm(file, { force: true });
}
