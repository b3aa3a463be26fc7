import type { Job } from '../../../shared/bridge/state.ts';
import { isSealkeepError, SealkeepError } from '../../../shared/errors/error.ts';
import type { JobOutput } from '../app.ts';
import { bridgeErrorOf } from '../bridge-error.ts';
import type { Schedule } from '../schedule.ts';
import { JobRecord } from './job-record.ts';
import { hasEnded } from './job-state.ts';
import type { Work } from './work.ts';

/** Small files wait for servers and disk more than they compute. */
const SIDE_BY_SIDE = 4;
/** From this size on a file keeps all workers busy by itself: such ones run one after the other. */
const LARGE_BYTES = 16 * 1024 * 1024;
/** How often all jobs are told at most; more of them less often, so that telling holds up nobody. */
const TELL_MS = 100;
const JOBS_PER_TELL_MS = 10;

export interface JobQueueParts {
  readonly now: () => Date;
  readonly schedule: Schedule;
  changed(jobs: readonly Job[]): void;
  /** Told of errors that are no SealkeepError. */
  report(error: unknown): void;
}

export type JobQueue = ReturnType<typeof createJobQueue>;

/** All jobs, in the order they were asked for. */
export function createJobQueue({ now, schedule, changed, report }: JobQueueParts) {
  let records: JobRecord[] = [];
  const running = new Map<JobRecord, Promise<void>>();
  let isClosed = false;
  let isTelling = false;
  let isUntold = false;

  const list = (): Job[] => records.map((record) => record.view());

  function tell(): void {
    isUntold = true;
    if (isTelling) return;
    isTelling = true;
    isUntold = false;
    changed(list());
    schedule(Math.max(TELL_MS, records.length / JOBS_PER_TELL_MS), () => {
      isTelling = false;
      if (isUntold) tell();
    });
  }

  /** Waiting ones start in order; a large one waits for another large one, and lets small ones pass. */
  function startWaiting(): void {
    if (isClosed) return;
    for (const record of records) {
      if (running.size >= SIDE_BY_SIDE) return;
      if (record.state !== 'waiting') continue;
      const isLarge = (one: JobRecord) => one.work.size >= LARGE_BYTES;
      if (isLarge(record) && [...running.keys()].some(isLarge)) continue;
      record.happens('start');
      running.set(record, run(record));
    }
  }

  async function run(record: JobRecord): Promise<void> {
    const { signal } = record.abort;
    const progress = (bytes: number, total: number) => {
      record.progress(bytes, total);
      tell();
    };
    try {
      const outputs = await record.work.run({ signal, progress });
      record.happens('finish', { outputs });
    } catch (error) {
      if (!isSealkeepError(error)) report(error);
      if (signal.aborted || isSealkeepError(error, 'JOB_CANCELLED')) record.happens('cancel');
      else record.happens('fail', { error: bridgeErrorOf(error) });
    }
    running.delete(record);
    startWaiting();
    tell();
  }

  function find(id: string): JobRecord {
    const record = records.find((one) => one.id === id);
    if (!record) throw new SealkeepError('REQUEST_INVALID', { reason: 'no such job' });
    return record;
  }

  function cancel(record: JobRecord): void {
    // What runs ends by itself, once it left nothing behind.
    if (record.state === 'running') record.abort.abort();
    else record.happens('cancel');
  }

  return {
    list,
    /** @returns the jobs' ids, in the same order. */
    add(works: readonly Work[]): string[] {
      const added = works.map((work) => new JobRecord(work, now));
      records = [...records, ...added];
      startWaiting();
      tell();
      return added.map(({ id }) => id);
    },
    /** At any moment; what has ended stays as it is. @throws SealkeepError REQUEST_INVALID where there is none. */
    cancel(id: string): void {
      cancel(find(id));
      tell();
    },
    /** @throws SealkeepError FILE_NOT_FOUND where its content can't be asked for any more, REQUEST_INVALID. */
    retry(id: string): void {
      const record = find(id);
      if (!record.work.canRetry()) throw new SealkeepError('FILE_NOT_FOUND', { file: record.work.name });
      record.happens('retry');
      startWaiting();
      tell();
    },
    /** Takes those that ended off the list. */
    clear(): void {
      records = records.filter(({ state }) => !hasEnded(state));
      tell();
    },
    /** What a job that is done made. @throws SealkeepError REQUEST_INVALID where there is no such job. */
    outputs: (id: string): readonly JobOutput[] => find(id).outputs,
    output: (id: string, index: number): JobOutput | undefined =>
      records.find((one) => one.id === id)?.outputs[index],
    /** Whether something can be retried may have changed. */
    refresh(): void {
      for (const record of records) record.changed();
      tell();
    },
    /** Cancels all, and waits until nothing of them goes on. */
    async cancelAll(): Promise<void> {
      for (const record of records) cancel(record);
      tell();
      await Promise.all(running.values());
    },
    async close(): Promise<void> {
      isClosed = true;
      await this.cancelAll();
    },
  };
}
