import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { SealkeepError } from '../../shared/errors/error.ts';

export interface Lock {
  release(): void;
}

const SQLITE_BUSY = 5;
const POLL_MS = 20;

/** `exclusive`: one holder. `shared`: any number of holders, while nobody holds it exclusively. */
export type LockKind = 'exclusive' | 'shared';

const STATEMENTS: Record<LockKind, string> = {
  exclusive: 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE',
  shared: 'BEGIN; SELECT count(*) FROM sqlite_schema',
};

/**
 * A lock that ends with its process, however that ends. Node has no file locks of its own; SQLite's are the system's,
 * on every platform, so the lock is an empty database in which a transaction is held open.
 * @returns undefined where another one holds it.
 */
export function tryLock(file: string, kind: LockKind = 'exclusive'): Lock | undefined {
  const database = new DatabaseSync(file);
  try {
    database.exec(STATEMENTS[kind]);
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}

/** Waits until the lock is free, at most `waitMs`; undefined after that. */
export async function waitForLock(
  file: string,
  waitMs: number,
  kind: LockKind = 'exclusive',
): Promise<Lock | undefined> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const lock = tryLock(file, kind);
    if (lock || performance.now() >= deadline) return lock;
    await delay(POLL_MS);
  }
}

const WORK_WAIT_MS = 20_000;

/**
 * Runs `work` while no other process, and nothing else in this one, runs its own under the same lock file. Not to be
 * nested.
 * @throws SealkeepError DATA_FOLDER_BUSY where another holder does not let go within 20 s.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(file, WORK_WAIT_MS);
  if (!lock) throw new SealkeepError('DATA_FOLDER_BUSY', { folder: path.dirname(file) });
  try {
    return await work();
  } finally {
    lock.release();
  }
}
