import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import { SealkeepError } from '../../shared/errors/error.ts';
import { isFullDatabase } from './sqlite.ts';

/** How many share one commit: enough that its sync counts for little, few enough that nobody waits long for the others. */
const MOST = 64;

/**
 * How many wait at the most: about a second's work. Whoever comes then is told so at once, and nothing of theirs is kept
 * in memory, or begun and dropped.
 */
const MOST_WAITING = 1024;

/** Transactions that share their commits, and so the sync to disk that each commit is. */
export interface GroupCommit<Schema> {
  /**
   * Does something in a transaction that others may share. What it writes is durable when this resolves, or none of it
   * is there when it throws, whatever becomes of the others.
   * @throws SealkeepError SERVER_BUSY where too many wait already: nothing of it was begun.
   */
  run<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T>;
}

interface Job<Schema> {
  /** Does it, inside its own savepoint. @returns what is to be said once the group is committed. */
  attempt(transaction: Transaction<Schema>): Promise<() => void>;
  /** Says that the group was not committed. */
  fail(error: unknown): void;
}

export function createGroupCommit<Schema>(database: Kysely<Schema>): GroupCommit<Schema> {
  const waiting: Job<Schema>[] = [];
  let isRunning = false;

  async function commit(group: readonly Job<Schema>[]): Promise<void> {
    try {
      const outcomes = await database.transaction().execute(async (transaction) => {
        const done: (() => void)[] = [];
        for (const job of group) done.push(await job.attempt(transaction));
        return done;
      });
      for (const tell of outcomes) tell();
    } catch (error) {
      for (const job of group) job.fail(error);
    }
  }

  async function runAll(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      // Whoever is on the way joins.
      await setImmediate();
      await commit(waiting.splice(0, MOST));
    }
    isRunning = false;
  }

  return {
    run<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T> {
      if (waiting.length >= MOST_WAITING) {
        return Promise.reject(new SealkeepError('SERVER_BUSY', { retry_after: 1 }));
      }
      return new Promise<T>((resolve, reject) => {
        waiting.push({
          async attempt(transaction) {
            await sql`SAVEPOINT one`.execute(transaction);
            try {
              const result = await work(transaction);
              await sql`RELEASE one`.execute(transaction);
              return () => resolve(result);
            } catch (error) {
              // A full disk ends the whole group's transaction, and with it the savepoint.
              if (isFullDatabase(error)) throw error;
              await sql`ROLLBACK TO one`.execute(transaction);
              await sql`RELEASE one`.execute(transaction);
              return () => reject(error);
            }
          },
          fail: reject,
        });
        if (!isRunning) void runAll();
      });
    },
  };
}
