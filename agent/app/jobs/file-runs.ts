import type { ErrorCode } from '../../../shared/errors/codes.ts';
import type { SealkeepError } from '../../../shared/errors/error.ts';
import { type Source, sourceLabel } from '../../engine/source.ts';
import type { FinishedFile, JobReport } from '../../jobs/report.ts';
import type { PlannedFile } from './drop-plan.ts';
import type { FileReport, RunOptions, Work } from './work.ts';

/** A file of a job, with its place there. */
export interface PlacedFile extends PlannedFile {
  readonly index: number;
  readonly source: Source;
}

/** What jobs of offered files have in common. */
export function offeredFiles(files: readonly PlannedFile[]): Pick<Work, 'files' | 'canRetry'> {
  return {
    files: files.map(({ file: { name, size } }) => ({ name, size })),
    canRetry: (indices) =>
      indices.every((index) => {
        const one = files[index];
        return one?.file.isHeld && (one.key?.isHeld ?? true);
      }),
  };
}

/** Files that lie on this machine hold nobody up; see `Work`. */
export function holdingOf(files: readonly PlannedFile[]): Work['holding'] {
  const isHere = files.every(({ file }) => typeof file.source === 'string');
  if (isHere) return 'always';
  return files.length === 1 ? 'alone' : 'never';
}

/** Those that are to be run. */
export function filesToRun(files: readonly PlannedFile[], { files: indices }: RunOptions): PlacedFile[] {
  return indices.flatMap((index) => {
    const one = files[index];
    return one ? [{ ...one, index, source: one.file.source }] : [];
  });
}

/** In the form that jobs take the keys of a drop. */
export function keysOf(files: readonly PlacedFile[]): ReadonlyMap<Source, Source> {
  return new Map(files.flatMap(({ source, key }) => (key ? [[source, key.source] as const] : [])));
}

/**
 * Cuts files into runs in which no two have the same label: a report names files by it, and pages hold files of the same
 * name from several folders.
 */
export function runsOf(files: readonly PlacedFile[]): PlacedFile[][] {
  const runs: PlacedFile[][] = [];
  const seen = new Map<string, number>();
  for (const file of files) {
    const label = sourceLabel(file.source);
    const run = seen.get(label) ?? 0;
    seen.set(label, run + 1);
    const others = runs[run];
    if (others) others.push(file);
    else runs.push([file]);
  }
  return runs;
}

export interface Reporting {
  readonly report: Omit<FileReport, 'leftOut'>;
  /** Looks at what a file failed with. */
  failed(error: SealkeepError): void;
  outputsOf(file: FinishedFile, index: number): readonly string[];
}

/** What a server said once of a thousand files, it said. */
export function lookOnce(look: (error: SealkeepError) => void): (error: SealkeepError) => void {
  const looked = new Set<ErrorCode>();
  return (error) => {
    if (!looked.has(error.code)) look(error);
    looked.add(error.code);
  };
}

/** A report by labels, as jobs make it, of the files of one run. */
export function reportOf(files: readonly PlacedFile[], { report, failed, outputsOf }: Reporting): JobReport {
  const indices = new Map(files.map(({ source, index }) => [sourceLabel(source), index]));
  const look = lookOnce(failed);
  const indexOf = (label: string) => {
    const index = indices.get(label);
    if (index === undefined) throw new TypeError('a job told of a file that is none of its own');
    return index;
  };
  return {
    finished: (file) => {
      const index = indexOf(file.file);
      report.finished(index, outputsOf(file, index));
    },
    failed(label, error) {
      look(error);
      report.failed(indexOf(label), error);
    },
    progress: (label, bytes, total) => report.progress(indexOf(label), bytes, total),
  };
}
