import { setImmediate } from 'node:timers/promises';
import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import { SealkeepError } from '../../shared/errors/error.ts';
import { isFullDatabase } from './sqlite.ts';

/** How many share one commit: enough that its sync counts for little, few enough that nobody waits long for the others. */
const MOST = 64;

/**
 * How many wait at the most: about a second's work. Whoever comes then is told so at once, and nothing of theirs is kept
 * in memory, or begun and dropped.
 */
const MOST_WAITING = 1024;

/**
 * What several callers want at the same moment, done at once: statements over all their inputs.
 * @returns an output for each input, in their order. Where it throws, nothing of it is kept, and each input is tried by
 * itself.
 */
type SharedWork<Schema, Input, Output> = (
  transaction: Transaction<Schema>,
  inputs: readonly Input[],
) => Promise<readonly Output[]>;

/** Transactions that share their commits, and so the sync to disk that each commit is. */
export interface GroupCommit<Schema> {
  /**
   * Does something in a transaction that others may share. What it writes is durable when this resolves, or none of it
   * is there when it throws, whatever becomes of the others.
   * @throws SealkeepError SERVER_BUSY where too many wait already: nothing of it was begun.
   */
  run<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** The same, together with whoever asks for the same work in the same commit. */
  share<Input, Output>(work: SharedWork<Schema, Input, Output>, input: Input): Promise<Output>;
}

interface Job<Schema> {
  readonly work: SharedWork<Schema, unknown, unknown>;
  readonly input: unknown;
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

/** What is to be said once the group is committed. */
type Tell = () => void;

export function createGroupCommit<Schema>(database: Kysely<Schema>): GroupCommit<Schema> {
  const waiting: Job<Schema>[] = [];
  let isRunning = false;

  async function commit(group: readonly Job<Schema>[]): Promise<void> {
    try {
      const outcomes = await database.transaction().execute(async (transaction) => {
        const done: Tell[] = [];
        for (const jobs of Map.groupBy(group, ({ work }) => work).values()) {
          done.push(...(await attempt(transaction, jobs)));
        }
        return done;
      });
      for (const tell of outcomes) tell();
    } catch (error) {
      for (const job of group) job.reject(error);
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

  function share<Input, Output>(work: SharedWork<Schema, Input, Output>, input: Input): Promise<Output> {
    if (waiting.length >= MOST_WAITING) {
      return Promise.reject(new SealkeepError('SERVER_BUSY', { retry_after: 1 }));
    }
    return new Promise<Output>((resolve, reject) => {
      // Inputs and outputs of one work are of its own types: they are kept together by the work itself.
      waiting.push({ work, input, resolve, reject } as Job<Schema>);
      if (!isRunning) void runAll();
    });
  }

  return { share, run: (work) => share(async (transaction) => [await work(transaction)], undefined) };
}

/** Part of every group: a query that is built each time costs more than it does. */
const BEGIN_ONE = CompiledQuery.raw('SAVEPOINT one');
const END_ONE = CompiledQuery.raw('RELEASE one');
const UNDO_ONE = CompiledQuery.raw('ROLLBACK TO one');

/** Does one work for all that asked for it, or, where that fails, for each by itself. */
async function attempt<Schema>(
  transaction: Transaction<Schema>,
  jobs: readonly Job<Schema>[],
): Promise<Tell[]> {
  const [first] = jobs;
  if (!first) return [];
  await transaction.executeQuery(BEGIN_ONE);
  try {
    const outputs = await first.work(
      transaction,
      jobs.map(({ input }) => input),
    );
    await transaction.executeQuery(END_ONE);
    return jobs.map((job, index) => () => job.resolve(outputs[index]));
  } catch (error) {
    // A full disk ends the whole group's transaction, and with it the savepoint.
    if (isFullDatabase(error)) throw error;
    await transaction.executeQuery(UNDO_ONE);
    await transaction.executeQuery(END_ONE);
    if (jobs.length === 1) return [() => first.reject(error)];
  }
  const done: Tell[] = [];
  for (const job of jobs) done.push(...(await attempt(transaction, [job])));
  return done;
}
