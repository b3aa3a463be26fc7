import path from 'node:path';
import type { Schedule } from '../../../core/schedule.ts';
import type { BridgeError, Job } from '../../../shared/bridge/state.ts';
import { isSealkeepError, SealkeepError } from '../../../shared/errors/error.ts';
import type { JobOutput } from '../app.ts';
import { bridgeErrorOf } from '../bridge-error.ts';
import { isSameOwner, type JobOwner } from './as-person.ts';
import type { JobJournal } from './job-journal.ts';
import { JobRecord, type Run } from './job-record.ts';
import { hasEnded, type JobEvent } from './job-state.ts';
import type { SealedOriginal } from './job-task.ts';
import type { KeptJob } from './journal-lines.ts';
import type { ProvenOriginals } from './proven-originals.ts';
import type { Work } from './work.ts';

/** Small files wait for servers and disk more than they compute. */
const SIDE_BY_SIDE = 4;
/**
 * From this size on a job keeps all workers busy by itself: such ones run one after the other. What a folder holds is known
 * only when it is under way: each counts as large.
 */
const LARGE_BYTES = 16 * 1024 * 1024;
/** More than so many jobs that wait help nobody. */
const WAITING_LIMIT = 10_000;
/** How often all jobs are told at most; more of them less often, so that telling holds up nobody. */
const TELL_MS = 100;
const JOBS_PER_TELL_MS = 10;

export interface JobQueueParts {
  readonly now: () => Date;
  readonly schedule: Schedule;
  /** Where it is written down what a later launch has to know. */
  readonly journal: JobJournal;
  changed(jobs: readonly Job[]): void;
  /** Told of errors that are no SealkeepError. */
  report(error: unknown): void;
}

/** A job that an earlier launch left. */
export interface RestoredJob extends KeptJob {
  readonly work: Work;
}

export type JobQueue = ReturnType<typeof createJobQueue>;

const outputAt = (file: string): JobOutput => ({ path: file, name: path.basename(file) });
const isWaiting = ({ state }: JobRecord) => state === 'waiting';
const isLarge = ({ work, files }: JobRecord) => work.folder !== undefined || files.total >= LARGE_BYTES;

/** All jobs, in the order they were asked for. */
export function createJobQueue({ now, schedule, journal, changed, report }: JobQueueParts) {
  let records: JobRecord[] = [];
  /** Those that wait, in the order they begin; some of it may wait no longer. */
  let line: JobRecord[] = [];
  /** Those that have a place. */
  const working = new Set<JobRecord>();
  /** Those of whose files some were done since the journal was told. */
  const fresh = new Set<JobRecord>();
  let shown: JobOwner | undefined;
  let isClosed = false;
  let isTelling = false;
  let isUntold = false;

  const ofShown = () => records.filter(({ owner }) => isSameOwner(owner, shown));
  const list = (): Job[] => ofShown().map((record) => record.view());

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

  /** What is done together is one line; later than at once it would be done again, numbered, after a kill. */
  function note(record: JobRecord): void {
    if (fresh.has(record)) return;
    fresh.add(record);
    if (fresh.size > 1) return;
    queueMicrotask(() => {
      for (const one of fresh) journal.finished(one.id, one.files.takeFresh());
      fresh.clear();
    });
  }

  /** A large one waits for another large one, and lets small ones pass. */
  function startWaiting(): void {
    line = line.filter(isWaiting);
    if (isClosed) return;
    for (const record of line) {
      if (working.size >= SIDE_BY_SIDE) return;
      if (isLarge(record) && [...working].some(isLarge)) continue;
      // What ends because it was paused has to have ended before it begins anew.
      if (record.run?.asked) continue;
      record.happens('start');
      working.add(record);
      if (record.run) record.run.gate.open();
      else begin(record);
    }
  }

  function begin(record: JobRecord): void {
    const progressed = () => {
      note(record);
      tell();
    };
    record.begin(progressed, (run, error) => {
      record.run = undefined;
      working.delete(record);
      if (error !== undefined && !isSealkeepError(error)) report(error);
      ends(record, run, error);
      startWaiting();
      tell();
    });
  }

  function ends(record: JobRecord, { asked }: Run, error: unknown): void {
    const { total, done } = record.files.count;
    if (done === total && error === undefined) end(record, 'finish');
    else if (isClosed) end(record, 'interrupt');
    else if (asked === 'pause') record.files.again();
    else if (asked === 'cancel' || isSealkeepError(error, 'JOB_CANCELLED')) end(record, 'cancel');
    else end(record, 'fail', error === undefined ? errorOf(record) : bridgeErrorOf(error));
  }

  function end(record: JobRecord, event: JobEvent, error: BridgeError | null = null): void {
    if (!record.happens(event, error)) return;
    journal.finished(record.id, record.files.takeFresh());
    // What was under way when Sealkeep ended is known by not having ended.
    if (hasEnded(record.state) && record.state !== 'interrupted') {
      const { state, files } = record;
      journal.ended(record.id, { state, error, failures: files.failures(), leftOut: files.allLeftOut() });
    }
  }

  /** @throws SealkeepError REQUEST_INVALID */
  function find(id: string): JobRecord {
    const record = ofShown().find((one) => one.id === id);
    if (!record) throw new SealkeepError('REQUEST_INVALID', { reason: 'no such job' });
    return record;
  }

  function waits(given: readonly JobRecord[]): void {
    line = [...given, ...line];
    startWaiting();
    tell();
  }

  function cancel(record: JobRecord): void {
    if (record.run) {
      // What goes on ends by itself, once it left nothing behind.
      record.run.asked = 'cancel';
      record.run.abort.abort();
    } else end(record, 'cancel');
  }

  function mayHold({ work: { holding } }: JobRecord): boolean {
    if (holding !== 'alone') return holding === 'always';
    return !records.some(({ run, work }) => work.holding === 'alone' && run?.gate.isClosed);
  }

  return {
    list,
    /** Whose jobs are listed, told and can be acted on from now on; nobody's while nobody is logged in. */
    show(owner: JobOwner | undefined): void {
      if (isSameOwner(owner, shown)) return;
      shown = owner;
      tell();
    },
    /** Those of earlier launches. */
    restore(jobs: readonly RestoredJob[]): void {
      for (const { done, failures, leftOut, ...job } of jobs) {
        const record = new JobRecord({ ...job, now });
        record.files.restore(done, failures, leftOut);
        records.push(record);
      }
    },
    /**
     * They begin before all that waits.
     * @returns the jobs' ids, in the same order.
     * @throws SealkeepError JOB_QUEUE_FULL, JOB_CANCELLED once it is closed; none is added then.
     */
    add(owner: JobOwner, works: readonly Work[]): string[] {
      if (isClosed) throw new SealkeepError('JOB_CANCELLED');
      if (line.filter(isWaiting).length + works.length > WAITING_LIMIT)
        throw new SealkeepError('JOB_QUEUE_FULL', { limit: WAITING_LIMIT });
      const added = works.map((work) => new JobRecord({ owner, work, now }));
      records = [...records, ...added];
      for (const { id, work } of added) journal.added({ id, owner, task: work.kept });
      waits(added);
      return added.map(({ id }) => id);
    },
    /** At any moment; what has ended stays as it is. @throws SealkeepError REQUEST_INVALID where there is none. */
    cancel(id: string): void {
      cancel(find(id));
      startWaiting();
      tell();
    },
    /** What has ended, or is paused already, stays as it is. @throws SealkeepError REQUEST_INVALID where there is none. */
    pause(id: string): void {
      const record = find(id);
      const { run } = record;
      if (run?.asked === 'cancel' || !record.happens('pause')) return;
      if (run && working.delete(record)) {
        if (mayHold(record)) run.gate.close();
        else {
          run.asked = 'pause';
          run.abort.abort();
        }
      }
      startWaiting();
      tell();
    },
    /** @throws SealkeepError REQUEST_INVALID where there is none. */
    resume(id: string): void {
      const record = find(id);
      if (record.happens('resume')) waits([record]);
    },
    /** @throws SealkeepError FILE_NOT_FOUND where its content can't be asked for any more, REQUEST_INVALID. */
    retry(id: string): void {
      const record = find(id);
      if (!record.canRetry())
        throw new SealkeepError('FILE_NOT_FOUND', { file: record.work.files[0]?.name ?? '' });
      if (!record.happens('retry')) return;
      journal.again(record.id);
      waits([record]);
    },
    /** Takes those that ended off the list. */
    clear(): void {
      const gone = new Set(ofShown().filter(({ state }) => hasEnded(state)));
      records = records.filter((record) => !gone.has(record));
      journal.removed([...gone].map(({ id }) => id));
      tell();
    },
    /** What a job made. @throws SealkeepError REQUEST_INVALID where there is no such job. */
    outputs: (id: string): readonly JobOutput[] => find(id).files.outputs().map(outputAt),
    /** Whether a job is of a folder. @throws SealkeepError REQUEST_INVALID where there is no such job. */
    isFolder: (id: string): boolean => find(id).work.folder !== undefined,
    /** What a job sealed, with its originals. @throws SealkeepError REQUEST_INVALID where there is no such job. */
    originals: (id: string): readonly SealedOriginal[] => find(id).originals(),
    /** What a job proved. @throws SealkeepError REQUEST_INVALID where there is no such job, or it is none of that kind. */
    proven(id: string): ProvenOriginals {
      const { proven } = find(id).work;
      if (!proven) throw new SealkeepError('REQUEST_INVALID', { reason: 'that job proves nothing' });
      return proven;
    },
    output(id: string, index: number): JobOutput | undefined {
      const output = ofShown()
        .find((one) => one.id === id)
        ?.files.outputs()[index];
      return output === undefined ? undefined : outputAt(output);
    },
    /** Whether something can be retried, or moved, may have changed. */
    refresh(): void {
      for (const record of records) record.changed();
      tell();
    },
    /** Cancels all, whoever's they are, and waits until nothing of them goes on. */
    async cancelAll(): Promise<void> {
      for (const record of records) cancel(record);
      tell();
      await Promise.all(records.map(({ run }) => run?.ended));
    },
    /** Ends what is under way, to be found again by the next launch. */
    async close(): Promise<void> {
      isClosed = true;
      for (const record of records) {
        if (record.run) record.run.abort.abort();
        else record.happens('interrupt');
      }
      try {
        tell();
      } finally {
        await Promise.all(records.map(({ run }) => run?.ended)).finally(() => journal.close());
      }
    },
  };
}

/** Of a single file; those of many stand in their list. What neither finished nor failed is a defect of its work. */
function errorOf(record: JobRecord): BridgeError | null {
  const failures = record.files.failures();
  const [first] = failures;
  if (!first) return { code: 'INTERNAL', details: {} };
  return record.work.files.length === 1 ? first[1] : null;
}
