import type { Logger } from 'pino';
import type { Schedule } from '../../../core/schedule.ts';

/** Work that nobody called for; it ends early, by throwing, once the signal does. */
type UpkeepTask = (signal: AbortSignal) => Promise<void>;

export interface Upkeep {
  /** Begins the times at which it runs; until then it runs only when it is told to. */
  start(): void;
  /** Runs all tasks soon; a run that is under way is followed by another. */
  wake(): void;
  /** Runs all tasks now. What fails is logged, and comes again with the next run. */
  run(): Promise<void>;
  /** Ends a run that is under way; nothing of it touches the database once this resolves. */
  close(): Promise<void>;
}

export interface UpkeepParts {
  /** In the order in which they run, by name. */
  readonly tasks: Readonly<Record<string, UpkeepTask>>;
  readonly logger: Logger;
  readonly schedule: Schedule;
  /** Milliseconds until the first run, and between two. */
  readonly firstMs: number;
  readonly everyMs: number;
}

/** One run at a time, at its times and when it is woken. */
export function createUpkeep({ tasks, logger, schedule, firstMs, everyMs }: UpkeepParts): Upkeep {
  const end = new AbortController();
  let running: Promise<void> | undefined;
  let isWanted = false;
  let unschedule: (() => void) | undefined;

  async function runAll(): Promise<void> {
    do {
      isWanted = false;
      for (const [task, work] of Object.entries(tasks)) {
        if (end.signal.aborted) return;
        await work(end.signal).catch((err: unknown) => {
          if (!end.signal.aborted) logger.warn({ err, task }, 'upkeep has to be tried again');
        });
      }
    } while (isWanted);
  }

  function run(): Promise<void> {
    isWanted = true;
    running ??= runAll().finally(() => {
      running = undefined;
      unschedule?.();
      if (!end.signal.aborted) unschedule = schedule(everyMs, () => void run());
    });
    return running;
  }

  return {
    start() {
      unschedule = schedule(firstMs, () => void run());
    },
    wake: () => void run(),
    run,
    async close() {
      end.abort();
      unschedule?.();
      await running;
    },
  };
}
