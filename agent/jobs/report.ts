import { SealkeepError } from '../../shared/errors/error.ts';
import { sideBySide } from '../engine/side-by-side.ts';

/** One file that a job is done with. */
export interface FinishedFile {
  readonly file: string;
  /** What was made of it. */
  readonly out: string;
  /** Plaintext bytes. */
  readonly bytes: number;
  /** From the first byte read to the last byte durable. */
  readonly ms: number;
  /** Of a folder: how many things in it failed and are not in what was made. */
  readonly leftOut?: number | undefined;
}

/** How a job tells of its files; each ends with exactly one of `finished` and `failed`. */
export interface JobReport {
  finished(file: FinishedFile): void;
  failed(file: string, error: SealkeepError): void;
  progress(file: string, bytes: number, total: number): void;
}

/** Where a step tells what failed. */
export type Failures = Pick<JobReport, 'failed'>;

/** @param startedAt of `performance.now`. @returns milliseconds, to the microsecond: many files take less than one. */
export function msSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 1000) / 1000;
}

/** The error of one file, naming it. What is not ours is a defect, and ends the job. */
export function errorOf(file: string, error: unknown): SealkeepError {
  if (!(error instanceof SealkeepError)) throw error;
  return new SealkeepError(error.code, { file, ...error.details }, { cause: error.cause });
}

/** Runs one file's part of a job and reports it where it fails; the other files go on. */
export async function attempt<T>(
  report: Failures,
  file: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    report.failed(file, errorOf(file, error));
    return undefined;
  }
}

/**
 * Runs a part of a job on each file, a few side by side; failures are told in the order of the files.
 * @returns what came of those that did not fail, in order.
 */
export async function attemptEach<File, T>(
  report: Failures,
  files: readonly File[],
  labelOf: (file: File) => string,
  work: (file: File) => Promise<T>,
): Promise<T[]> {
  const outcomes = await sideBySide(files, async (file) => {
    const [outcome] = await Promise.allSettled([work(file)]);
    return { file, outcome };
  });
  return outcomes.flatMap(({ file, outcome }) => {
    if (outcome.status === 'fulfilled') return [outcome.value];
    report.failed(labelOf(file), errorOf(labelOf(file), outcome.reason));
    return [];
  });
}

/** Runs a step that several files take together: it fails for each of them. */
export async function attemptTogether<T>(
  report: Failures,
  files: readonly string[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    for (const file of files) report.failed(file, errorOf(file, error));
    return undefined;
  }
}
