import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

/** Makes durable what was committed to a database's write-ahead log, off this thread. */
export interface WalSync {
  /**
   * Resolves when everything that was committed before this was asked for is on disk.
   * @throws the system's error, from then on for ever: nobody knows any more what is on disk.
   */
  sync(): Promise<void>;
  /** The same for whoever committed nothing, and may have read what others did: there is nothing to begin for them. */
  settled(): Promise<void>;
  /** To be called before the database is closed; waits for what is under way. */
  close(): Promise<void>;
}

/** Syncs an open file. */
export type SystemSync = (file: number) => Promise<void>;

/**
 * @param walFile is there, and stays until the database is closed.
 * @param systemSync the system's where it is not given.
 */
export function createWalSync(walFile: string, systemSync: SystemSync = promisify(fdatasync)): WalSync {
  const file = openSync(walFile, 'r+');
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function begin(): Promise<void> {
    next = undefined;
    // One that failed stays: those who wait for it, and all who come later, get its error.
    running = systemSync(file).then(() => {
      running = undefined;
    });
    return running;
  }

  return {
    sync() {
      // One that is under way may have begun before the commit; all who come meanwhile share the one after it.
      if (!running) return begin();
      next ??= running.then(begin);
      return next;
    },
    async settled() {
      await (next ?? running);
    },
    async close() {
      await Promise.allSettled([next ?? running]);
      closeSync(file);
    },
  };
}
