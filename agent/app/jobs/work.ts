import type { JobKind } from '../../../shared/bridge/state.ts';
import type { JobOutput } from '../app.ts';

/** What a job does for its one file. */
export interface Work {
  readonly kind: JobKind;
  readonly name: string;
  /** Bytes to go through, as far as is known before it runs. */
  readonly size: number;
  /** Whether it can be run again. */
  canRetry(): boolean;
  /**
   * Settles when nothing of it goes on any more.
   * @returns what it made.
   * @throws what went wrong; nothing is left behind then.
   */
  run(how: RunOptions): Promise<readonly JobOutput[]>;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  progress(bytes: number, total: number): void;
}
