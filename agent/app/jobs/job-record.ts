import path from 'node:path';
import { randomId } from '../../../core/crypto/random.ts';
import type { BridgeError, Job } from '../../../shared/bridge/state.ts';
import type { JobOutput } from '../app.ts';
import { type JobEvent, type JobState, transition } from './job-state.ts';
import { createRate } from './rate.ts';
import type { Work } from './work.ts';

/** One job of the queue, and the one place where its state changes. */
export class JobRecord {
  readonly id = randomId();
  readonly work: Work;
  state: JobState = 'waiting';
  outputs: readonly JobOutput[] = [];
  /** Ends the present run. */
  abort = new AbortController();
  #bytes = 0;
  #total: number;
  #error: BridgeError | null = null;
  readonly #rate: ReturnType<typeof createRate>;
  #view: Job | undefined;

  constructor(work: Work, now: () => Date) {
    this.work = work;
    this.#total = work.size;
    this.#rate = createRate(now);
  }

  /** @returns whether that could happen to it now. */
  happens(event: JobEvent, result: { outputs?: readonly JobOutput[]; error?: BridgeError } = {}): boolean {
    const next = transition(this.state, event);
    if (next === undefined) return false;
    this.state = next;
    this.#error = result.error ?? null;
    this.outputs = result.outputs ?? [];
    this.#rate.reset();
    if (next === 'waiting') {
      this.abort = new AbortController();
      this.#bytes = 0;
    }
    if (next === 'done') this.#bytes = this.#total;
    this.changed();
    return true;
  }

  progress(bytes: number, total: number): void {
    this.#bytes = bytes;
    this.#total = total;
    this.#rate.add(bytes);
    this.changed();
  }

  changed(): void {
    this.#view = undefined;
  }

  /** As the page sees it; the same object until something changes. */
  view(): Job {
    this.#view ??= {
      id: this.id,
      kind: this.work.kind,
      name: this.work.name,
      state: this.state,
      bytes: this.#bytes,
      total: this.#total,
      rate: this.#rate.perSecond(),
      error: this.#error,
      outputs: this.outputs.map((output) => ({ name: output.name, folder: path.dirname(output.path) })),
      can_retry: this.work.canRetry(),
    };
    return this.#view;
  }
}
