import path from 'node:path';
import { randomId } from '../../../core/crypto/random.ts';
import type { BridgeError, Job } from '../../../shared/bridge/state.ts';
import { createGate, type GateKeeper } from '../../engine/gate.ts';
import type { JobOwner } from './as-person.ts';
import { JobFiles } from './job-files.ts';
import { hasEnded, type JobEvent, type JobState, transition } from './job-state.ts';
import type { SealedOriginal } from './job-task.ts';
import { createRate } from './rate.ts';
import type { Work } from './work.ts';

/** What goes on of a job, from its start until nothing does any more. */
export interface Run {
  readonly abort: AbortController;
  readonly gate: GateKeeper;
  readonly ended: Promise<void>;
  /** Why it was asked to end. */
  asked: 'cancel' | 'pause' | undefined;
}

export interface JobRecordParts {
  readonly owner: JobOwner;
  readonly work: Work;
  readonly now: () => Date;
  /** Of one that an earlier launch knew. */
  readonly id?: string;
  readonly state?: JobState;
  readonly error?: BridgeError | null;
}

/** One job of the queue, and the one place where its state changes. */
export class JobRecord {
  readonly id: string;
  readonly owner: JobOwner;
  readonly work: Work;
  readonly files: JobFiles;
  state: JobState;
  error: BridgeError | null;
  run: Run | undefined;
  readonly #rate: ReturnType<typeof createRate>;
  #view: Job | undefined;

  constructor({ owner, work, now, id = randomId(), state = 'waiting', error = null }: JobRecordParts) {
    this.id = id;
    this.owner = owner;
    this.work = work;
    this.files = new JobFiles(work.files);
    this.state = state;
    this.error = error;
    this.#rate = createRate(now);
  }

  /** @returns whether that could happen to it now. */
  happens(event: JobEvent, error: BridgeError | null = null): boolean {
    const next = transition(this.state, event);
    if (next === undefined) return false;
    this.state = next;
    this.error = error;
    this.#rate.reset();
    if (event === 'retry') this.files.again();
    this.changed();
    return true;
  }

  /** Begins what its work does; `settled` is told how that ended, before `run.ended` resolves. */
  begin(progressed: () => void, settled: (run: Run, error?: unknown) => void): void {
    const abort = new AbortController();
    const gate = createGate();
    const told = () => {
      this.#rate.add(this.files.bytes);
      this.changed();
      progressed();
    };
    const ended = this.work.run({
      signal: abort.signal,
      gate,
      files: this.files.undone(),
      report: {
        finished: (file, outputs) => {
          this.files.finished(file, outputs);
          told();
        },
        failed: (file, error) => {
          this.files.failed(file, error);
          told();
        },
        leftOut: (name, error) => {
          this.files.leftOut(name, error);
          told();
        },
        progress: (file, bytes, total) => {
          this.files.progress(file, bytes, total);
          told();
        },
      },
    });
    const run: Run = {
      abort,
      gate,
      asked: undefined,
      ended: ended.then(
        () => settled(run),
        (error: unknown) => settled(run, error),
      ),
    };
    this.run = run;
  }

  canRetry(): boolean {
    return this.work.canRetry(this.files.undone());
  }

  /**
   * Sealed files and folders whose originals lie on this machine; of an original that was sealed twice the last pair. None
   * where something of a folder was left out: that one has to stay. Of what was to be moved: what is not, where no proof
   * of it holds any more.
   */
  originals(): SealedOriginal[] {
    const { files, originals = [], toMove } = this.work;
    if (toMove) return this.canRetry() ? [] : this.files.undone().flatMap((file) => toMove[file] ?? []);
    if (this.files.allLeftOut().length > 0) return [];
    const sealed = this.files.done().flatMap(([index, [enc]]) => {
      const [file, original] = [files[index], originals[index]];
      if (!file || !original || enc === undefined) return [];
      const { name, size } = file;
      return [{ name, size, path: original.path, enc, is_folder: original.isFolder }];
    });
    return [...new Map(sealed.map((one) => [one.path, one])).values()];
  }

  canPause(): boolean {
    return this.work.holding !== 'none' && (this.state === 'waiting' || this.state === 'running');
  }

  changed(): void {
    this.#view = undefined;
  }

  /** As the page sees it; the same object until something changes. */
  view(): Job {
    this.#view ??= {
      id: this.id,
      kind: this.work.kind,
      name: this.work.files[0]?.name ?? '',
      state: this.state,
      files: this.files.count,
      failed: this.files.failedCount,
      failures: this.files.failuresShown(),
      bytes: this.files.bytes,
      total: this.files.total,
      rate: this.state === 'running' ? this.#rate.perSecond() : 0,
      error: this.error,
      outputs: this.files
        .outputsShown()
        .map((output) => ({ name: path.basename(output), folder: path.dirname(output) })),
      can_retry: this.state !== 'done' && this.canRetry(),
      can_pause: this.canPause(),
      ...(this.work.folder && { folder: this.work.folder }),
      ...(this.work.originals && { can_prove: this.state === 'done' && this.originals().length > 0 }),
      ...(this.work.toMove && { can_prove: hasEnded(this.state) && this.originals().length > 0 }),
      ...(this.work.proven && { proof: this.work.proven.view() }),
    };
    return this.#view;
  }
}
