import { type BridgeError, JOB_VIEW } from '../../../shared/bridge/state.ts';
import { isSealkeepError, type SealkeepError } from '../../../shared/errors/error.ts';
import { bridgeErrorOf } from '../bridge-error.ts';
import type { FileReport, WorkFile } from './work.ts';

/** A file that is done, by its place in the job, with the paths of what was made of it. */
export type DoneFile = readonly [file: number, outputs: readonly string[]];
/** A file that failed, by its place in the job. */
export type FailedFile = readonly [file: number, error: BridgeError];
/** Something in a folder that was left out. */
export interface LeftOut {
  readonly name: string;
  readonly error: BridgeError;
}

/** How far each file of a job is. All of it is counters: what a file tells costs the same however many there are. */
export class JobFiles implements FileReport {
  bytes = 0;
  total = 0;
  readonly #files: readonly WorkFile[];
  /** Of files that were begun, with the total that they told. */
  readonly #going = new Map<number, { readonly bytes: number; readonly total: number }>();
  readonly #done = new Map<number, readonly string[]>();
  readonly #failed = new Map<number, BridgeError>();
  #leftOut: LeftOut[] = [];
  #fresh: DoneFile[] = [];
  #shown: readonly string[] = [];

  constructor(files: readonly WorkFile[]) {
    this.#files = files;
    this.total = files.reduce((sum, { size }) => sum + size, 0);
  }

  get count(): { readonly total: number; readonly done: number } {
    return { total: this.#files.length, done: this.#done.size };
  }

  get failedCount(): number {
    return this.#failed.size + this.#leftOut.length;
  }

  finished(file: number, outputs: readonly string[]): void {
    const { total } = this.#goingOf(file);
    this.#set(file, total, total);
    this.#done.set(file, outputs);
    this.#failed.delete(file);
    this.#fresh.push([file, outputs]);
    if (this.#shown.length < JOB_VIEW.outputs)
      this.#shown = [...this.#shown, ...outputs].slice(0, JOB_VIEW.outputs);
  }

  failed(file: number, error: SealkeepError): void {
    this.#set(file, 0, this.#goingOf(file).total);
    // Who cancels or pauses knows why the file is not done.
    if (!isSealkeepError(error, 'JOB_CANCELLED')) this.#failed.set(file, bridgeErrorOf(error));
  }

  leftOut(name: string, error: SealkeepError): void {
    this.#leftOut.push({ name, error: bridgeErrorOf(error) });
  }

  progress(file: number, bytes: number, total: number): void {
    if (!this.#done.has(file)) this.#set(file, bytes, total);
  }

  /** What is not done begins anew. */
  again(): void {
    for (const [file, { total }] of this.#going) if (!this.#done.has(file)) this.#set(file, 0, total);
    this.#failed.clear();
    this.#leftOut = [];
  }

  /** As an earlier launch left it. */
  restore(done: readonly DoneFile[], failed: readonly FailedFile[], leftOut: readonly LeftOut[]): void {
    for (const [file, outputs] of done) this.finished(file, outputs);
    for (const [file, error] of failed) if (file < this.#files.length) this.#failed.set(file, error);
    this.#leftOut = [...leftOut];
    this.#fresh = [];
  }

  undone(): number[] {
    return this.#files.flatMap((_, file) => (this.#done.has(file) ? [] : [file]));
  }

  /** Those that were finished since this was asked last. */
  takeFresh(): readonly DoneFile[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  failures(): readonly FailedFile[] {
    return [...this.#failed];
  }

  allLeftOut(): readonly LeftOut[] {
    return this.#leftOut;
  }

  /** The first failures by name. */
  failuresShown(): LeftOut[] {
    const failures = this.failures().slice(0, JOB_VIEW.failures);
    const named = failures.map(([file, error]) => ({ name: this.#files[file]?.name ?? '', error }));
    return [...named, ...this.#leftOut].slice(0, JOB_VIEW.failures);
  }

  done(): readonly DoneFile[] {
    return [...this.#done];
  }

  outputs(): string[] {
    return [...this.#done.values()].flat();
  }

  outputsShown(): readonly string[] {
    return this.#shown;
  }

  #goingOf(file: number): { readonly bytes: number; readonly total: number } {
    return this.#going.get(file) ?? { bytes: 0, total: this.#files[file]?.size ?? 0 };
  }

  #set(file: number, bytes: number, total: number): void {
    const before = this.#goingOf(file);
    this.bytes += bytes - before.bytes;
    this.total += total - before.total;
    this.#going.set(file, { bytes, total });
  }
}
