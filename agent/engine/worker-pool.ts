import { Worker } from 'node:worker_threads';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type Control, passGate } from './gate.ts';
import type { Inspection, ToInspect } from './inspect-files.ts';
import { createJobCounters, type JobCounters } from './job-counters.ts';
import type { CheckTask, CompareTask, SegmentFailure, SegmentOutcome, SegmentTask } from './segment-task.ts';
import type { WholeFilesOrder, WorkerAnswer, WorkerOrder } from './worker-order.ts';

/** For what lives between two segments or small files: a larger nursery would only let more garbage lie. */
const YOUNG_MB = 6;

/** How often a job tells how far it is, in milliseconds. */
const PROGRESS_INTERVAL = 100;

export interface JobOptions extends Control {
  /** Called about ten times a second with the plaintext bytes done so far, and once at the end with all of them. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** Worker threads that seal, open, compare and publish. */
export interface WorkerPool {
  /** How many threads there are at most. */
  readonly size: number;
  /**
   * Settles only when no thread touches the task's files any more. While its gate is closed no thread does either: they
   * end between two segments, and go on from there.
   * @returns the failure of a read, a write, a tag or a comparison; undefined where all segments are written, or the same.
   * @throws SealkeepError JOB_CANCELLED after an abort, INTERNAL where a worker died.
   */
  run(task: SegmentTask | CompareTask, options?: JobOptions): Promise<SegmentFailure | undefined>;
  /**
   * The same for a check, which goes on where a segment is bad.
   * @returns the bad ones, in order, unless something else failed.
   */
  check(task: CheckTask, options?: JobOptions): Promise<Required<SegmentOutcome>>;
  /**
   * Settles only when no thread touches the files any more.
   * @returns which of them are done, by index; after an abort all or some may be undone.
   * @throws SealkeepError INTERNAL where a worker died.
   */
  runWhole(order: WholeFilesOrder, signal?: AbortSignal): Promise<readonly boolean[]>;
  /** @returns what was found, by index; nothing where something is out of the ordinary. */
  inspect(files: readonly ToInspect[]): Promise<readonly (Inspection | undefined)[]>;
  /** Ends the threads; jobs under way end with INTERNAL. */
  close(): Promise<void>;
}

export interface WorkerPoolSettings {
  /** The `segment-worker` file: the source in tests, the bundle in the built app. */
  readonly workerUrl: URL;
  /** Two by default: the kernel takes writes to one file one after the other, so that a third thread only costs. */
  readonly size?: number | undefined;
}

type AnyTask = SegmentTask | CompareTask | CheckTask;
type Outcome = WorkerAnswer | { readonly died: unknown };

/** One thread's part of a job. */
interface Share {
  readonly order: WorkerOrder;
  settle(outcome: Outcome): void;
}

/** Threads are started when first needed, and hold no process open while they have nothing to do. */
export function createWorkerPool({ workerUrl, size = 2 }: WorkerPoolSettings): WorkerPool {
  const workers = new Map<Worker, Share | undefined>();
  const queue: Share[] = [];
  let isClosed = false;

  function startWorker(): Worker {
    // This process's own flags (`--watch`, `--input-type`, …) are not the worker's.
    const worker = new Worker(workerUrl, {
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    let cause: unknown = new Error('a segment worker ended');
    workers.set(worker, undefined);
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('message', (answer: WorkerAnswer) => {
      const share = workers.get(worker);
      workers.set(worker, undefined);
      worker.unref();
      share?.settle(answer);
      dispatch();
    });
    worker.on('exit', () => {
      const share = workers.get(worker);
      workers.delete(worker);
      share?.settle({ died: cause });
      dispatch();
    });
    return worker;
  }

  function freeWorker(): Worker | undefined {
    for (const [worker, share] of workers) if (!share) return worker;
    return workers.size < size ? startWorker() : undefined;
  }

  function dispatch(): void {
    while (queue.length > 0 && !isClosed) {
      const worker = freeWorker();
      const share = worker && queue.shift();
      if (!share) return;
      workers.set(worker, share);
      worker.ref();
      worker.postMessage(share.order);
    }
  }

  /** Takes back what no thread has begun. */
  function withdraw(isMeant: (share: Share) => boolean, outcome: Outcome): void {
    const meant = queue.filter(isMeant);
    queue.splice(0, queue.length, ...queue.filter((share) => !isMeant(share)));
    for (const share of meant) share.settle(outcome);
  }

  /** Has one worker do all of an order. @returns an empty answer where it was cancelled before it began. */
  async function runAlone(
    order: WorkerOrder,
    counters?: JobCounters,
    signal?: AbortSignal,
  ): Promise<WorkerAnswer> {
    assertOpen();
    if (signal?.aborted) return {};
    const cancel = () => {
      counters?.stop();
      withdraw((share) => share.order === order, {});
    };
    signal?.addEventListener('abort', cancel, { once: true });
    const outcome = await new Promise<Outcome>((settle) => {
      queue.push({ order, settle });
      dispatch();
    });
    signal?.removeEventListener('abort', cancel);
    if ('died' in outcome) throw new SealkeepError('INTERNAL', {}, { cause: outcome.died });
    return outcome;
  }

  /** Has all workers take segments until none is left, one of them failed, or somebody stops them. */
  async function runShares(
    task: AnyTask,
    counters: JobCounters,
    { signal, gate }: Control,
  ): Promise<Required<SegmentOutcome>> {
    const order: WorkerOrder = { kind: 'segments', task, counters: counters.memory };
    const shares = Array.from(
      { length: Math.min(size, task.layout.segments) },
      () =>
        new Promise<Outcome>((resolve) => {
          const settle = (outcome: Outcome) => {
            if ('died' in outcome) counters.stop();
            resolve(outcome);
          };
          queue.push({ order, settle });
        }),
    );
    const end = () => {
      counters.stop();
      withdraw((share) => share.order === order, {});
    };
    signal?.addEventListener('abort', end, { once: true });
    const unlisten = gate?.onClose(end);
    dispatch();
    const outcomes = await Promise.all(shares);
    unlisten?.();
    signal?.removeEventListener('abort', end);

    const dead = outcomes.find((outcome) => 'died' in outcome);
    if (dead) throw new SealkeepError('INTERNAL', {}, { cause: dead.died });
    if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
    const answers = outcomes.flatMap((outcome) => ('died' in outcome ? [] : [outcome]));
    return {
      failure: answers.map((answer) => answer.failure).find(Boolean),
      bad: answers.flatMap(({ bad = [] }) => bad),
    };
  }

  function assertOpen(): void {
    if (isClosed) throw new SealkeepError('INTERNAL', {}, { cause: new Error('the worker pool is closed') });
  }

  /** Has all workers do their parts of one file, also where it is paused on the way. */
  async function runTogether(
    task: AnyTask,
    { onProgress, ...control }: JobOptions = {},
  ): Promise<Required<SegmentOutcome>> {
    const counters = createJobCounters();
    const end = task.kind === 'check' ? task.whole : task.layout.segments;
    const bad: number[] = [];
    const timer = onProgress && setInterval(() => onProgress(counters.bytesDone()), PROGRESS_INTERVAL);
    timer?.unref();
    try {
      let failure: SegmentFailure | undefined;
      do {
        // Not awaited where there is nothing to wait for: what is cancelled in between would not be heard.
        while (control.gate?.isClosed || control.signal?.aborted) await passGate(control);
        assertOpen();
        counters.goOn();
        const part = await runShares(task, counters, control);
        failure = part.failure;
        bad.push(...part.bad);
        // Stopped without a failure they were paused, maybe while the last segments were done.
      } while (!failure && counters.isStopped() && !counters.isAllTaken(end));
      if (!failure) onProgress?.(counters.bytesDone());
      return { failure, bad: bad.sort((one, other) => one - other) };
    } finally {
      clearInterval(timer);
    }
  }

  return {
    size,
    async run(task, options) {
      const { failure } = await runTogether(task, options);
      return failure;
    },
    check: runTogether,
    async inspect(files) {
      const { found } = await runAlone({ kind: 'inspect', files });
      return found ?? [];
    },
    async runWhole(whole, signal) {
      const counters = createJobCounters();
      const { done } = await runAlone({ ...whole, counters: counters.memory }, counters, signal);
      return done ?? [];
    },
    async close() {
      isClosed = true;
      withdraw(() => true, { died: new Error('the worker pool was closed') });
      await Promise.all(Array.from(workers.keys(), (worker) => worker.terminate()));
    },
  };
}
