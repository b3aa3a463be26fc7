import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { SealkeepError } from '../../shared/errors/error.ts';

/** Makes durable what was committed to a database's write-ahead log, off this thread. */
export interface WalSync {
  /**
   * Resolves when everything that was committed before this was asked for is on disk.
   * @throws SealkeepError STORE_LOST, from then on for ever: nobody knows any more what is on disk.
   */
  sync(): Promise<void>;
  /** The same for whoever committed nothing, and may have read what others did: there is nothing to begin for them. */
  settled(): Promise<void>;
  /** To be called before the database is closed; waits for what is under way. */
  close(): Promise<void>;
}

/** Syncs an open file. */
export type SystemSync = (file: number) => Promise<void>;

/** Told once, when a sync has failed: the database is of no use until it is opened anew. */
export type OnStoreLost = (lost: SealkeepError) => void;

export interface WalSyncOptions {
  /** The system's where it is not given. */
  readonly systemSync?: SystemSync | undefined;
  readonly onStoreLost?: OnStoreLost | undefined;
}

/** @param walFile is there, and stays until the database is closed. */
export function createWalSync(
  walFile: string,
  { systemSync = promisify(fdatasync), onStoreLost }: WalSyncOptions = {},
): WalSync {
  const file = openSync(walFile, 'r+');
  let running: Promise<void> | undefined;
  let next: PromiseWithResolvers<void> | undefined;
  let lost: SealkeepError | undefined;

  function begin(): Promise<void> {
    running = systemSync(file).then(
      () => {
        running = undefined;
        if (!next) return;
        const { resolve } = next;
        next = undefined;
        resolve(begin());
      },
      (cause: unknown) => {
        lost = new SealkeepError('STORE_LOST', {}, { cause });
        next?.reject(lost);
        onStoreLost?.(lost);
        throw lost;
      },
    );
    return running;
  }

  return {
    async sync() {
      if (lost) throw lost;
      if (!running) return begin();
      // One that is under way may have begun before the commit; all who come meanwhile share the one after it.
      next ??= Promise.withResolvers();
      return next.promise;
    },
    async settled() {
      if (lost) throw lost;
      await (next?.promise ?? running);
    },
    async close() {
      await Promise.allSettled([next?.promise ?? running]);
      closeSync(file);
    },
  };
}
