import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { type Lock, tryLock } from '../../../core/durable/lock.ts';
import { codeOf } from '../../../core/durable/publish.ts';
import { writeFileDurably } from '../../../core/durable/write-file.ts';
import { readAt } from '../../engine/source-file.ts';
import type { DoneFile } from './job-files.ts';
import {
  type AddedJob,
  endedLine,
  type JobEnd,
  type JournalLine,
  type KeptJob,
  keptJobs,
  linesOf,
} from './journal-lines.ts';

/**
 * What a later launch has to know of jobs, in `jobs.jsonl` of the data folder: paths and names, no key, no token, no
 * password. It is information only: what was done lies on the disk whether it is written here or not. So lines are
 * appended and synced at once, and nobody waits for them.
 */
export interface JobJournal {
  /** Those of earlier launches, oldest first. */
  readonly kept: readonly KeptJob[];
  added(job: AddedJob): void;
  finished(id: string, files: readonly DoneFile[]): void;
  ended(id: string, end: JobEnd): void;
  again(id: string): void;
  removed(ids: readonly string[]): void;
  /** Resolves when all is written. */
  close(): Promise<void>;
}

/** For processes that find another one at its journal: theirs is lost with them. */
export const NO_JOURNAL: JobJournal = {
  kept: [],
  added: () => undefined,
  finished: () => undefined,
  ended: () => undefined,
  again: () => undefined,
  removed: () => undefined,
  close: async () => undefined,
};

/** More than so much at the end of it is not looked at. */
const READ_BYTES = 64 * 1024 * 1024;

/**
 * Reads what earlier launches left, and begins anew with that. One process of a data folder keeps it.
 * @param report told where it can't be read or written; there is none then.
 */
export async function openJobJournal(
  dataFolder: string,
  report: (error: unknown) => void,
): Promise<JobJournal> {
  const file = path.join(dataFolder, 'jobs.jsonl');
  let lock: Lock | undefined;
  try {
    lock = tryLock(path.join(dataFolder, 'jobs.lock'));
    if (!lock) return NO_JOURNAL;
    const kept = keptJobs(await lastText(file));
    await writeFileDurably(file, linesOf(kept));
    return createJournal(kept, await open(file, 'a', 0o600), lock, report);
  } catch (error) {
    lock?.release();
    report(error);
    return NO_JOURNAL;
  }
}

/** @returns nothing where there is none. */
async function lastText(file: string): Promise<string> {
  const handle = await open(file).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, READ_BYTES);
    return Buffer.from(await readAt(handle, file, length, size - length)).toString('utf8');
  } finally {
    await handle.close();
  }
}

function createJournal(
  kept: readonly KeptJob[],
  handle: FileHandle,
  lock: Lock,
  report: (error: unknown) => void,
): JobJournal {
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let isBroken = false;

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const text = waiting.join('');
      waiting = [];
      await handle.appendFile(text);
      await handle.datasync();
    }
  }

  function append(line: JournalLine): void {
    if (closing || isBroken) return;
    waiting.push(`${JSON.stringify(line)}\n`);
    writing ??= write()
      .catch((error: unknown) => {
        isBroken = true;
        report(error);
      })
      .finally(() => {
        writing = undefined;
      });
  }

  async function end(): Promise<void> {
    await writing;
    await handle.close();
    lock.release();
  }

  return {
    kept,
    added: (job) => append({ what: 'added', ...job }),
    finished(id, files) {
      if (files.length > 0) append({ what: 'finished', id, files: files.map(([at, out]) => [at, [...out]]) });
    },
    ended: (id, end) => append(endedLine(id, end)),
    again: (id) => append({ what: 'again', id }),
    removed(ids) {
      if (ids.length > 0) append({ what: 'removed', ids: [...ids] });
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}
