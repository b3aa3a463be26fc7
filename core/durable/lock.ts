import { DatabaseSync } from 'node:sqlite';

export interface Lock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * A lock that ends with its process, however that ends. Node has no file locks of its own; SQLite's are the system's,
 * on every platform, so the lock is an empty database that is held exclusively.
 * @param waitMs how long to wait, on this thread, for another holder to let go.
 * @returns undefined where another one holds it.
 */
export function tryLock(file: string, waitMs = 0): Lock | undefined {
  const database = new DatabaseSync(file, { timeout: waitMs });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
