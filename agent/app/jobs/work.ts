import type { Job, JobKind } from '../../../shared/bridge/state.ts';
import type { SealkeepError } from '../../../shared/errors/error.ts';
import type { Gate } from '../../engine/gate.ts';
import type { KeptTask, SealedOriginal } from './job-task.ts';
import type { ProvenOriginals } from './proven-originals.ts';

/**
 * How a job is paused: `always` stands still where it is and goes on there. So does `alone`, but only one such at a time:
 * it holds one of the few connections that a page has. `never` ends, and begins its unfinished files anew. `none` is not
 * paused at all.
 */
type Holding = 'always' | 'alone' | 'never' | 'none';

/** One file of a job. */
export interface WorkFile {
  readonly name: string;
  /** Bytes to go through, as far as is known before it runs. */
  readonly size: number;
}

/** What is sealed, by its path. */
interface Original {
  readonly path: string;
  readonly isFolder: boolean;
}

/** What a job does for its files. */
export interface Work {
  readonly kind: JobKind;
  /** At least one. A file is known by its place here. */
  readonly files: readonly WorkFile[];
  readonly holding: Holding;
  /** Where the one file lies that is a folder, of which nobody knows before it runs how much it is. */
  readonly folder?: NonNullable<Job['folder']>;
  /**
   * It only follows what a server does by itself: it needs no place among those that run, and where an earlier launch left
   * it, it follows again as soon as its person is there.
   */
  readonly goesOnElsewhere?: boolean;
  /** Of sealing: where the files lie, those that lie on this machine. */
  readonly originals?: readonly (Original | undefined)[];
  /** Of proving. */
  readonly proven?: ProvenOriginals;
  /** Of moving to the trash: what is to go there, by its place. */
  readonly toMove?: readonly SealedOriginal[];
  /** What it takes to do the same after a restart. */
  readonly kept: KeptTask;
  /** Whether these can be asked for again. */
  canRetry(files: readonly number[]): boolean;
  /**
   * Settles when nothing of it goes on any more. Each file is reported as finished or failed.
   * @throws what concerns all of them.
   */
  run(how: RunOptions): Promise<void>;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly gate: Gate;
  /** Those that are not done yet. */
  readonly files: readonly number[];
  readonly report: FileReport;
}

/** How a job tells of its files. */
export interface FileReport {
  /** @param outputs the paths of what was made of it. */
  finished(file: number, outputs: readonly string[]): void;
  /** Nothing is left of it. */
  failed(file: number, error: SealkeepError): void;
  /** Of a folder that is one file of the job: something in it is not in what was made. */
  leftOut(name: string, error: SealkeepError): void;
  progress(file: number, bytes: number, total: number): void;
}
