import { isSealkeepError, type SealkeepError } from '../../shared/errors/error.ts';
import { errorOf, type FinishedFile, type JobReport } from './report.ts';

/** What a folder's job tells: of the folder as of one file, and of each thing that it has to leave out. */
export interface FolderReport {
  /** For the files in the folder: their failures pass, their bytes are added up. */
  readonly files: JobReport;
  /** For those that are only copied, which count as progress and as nothing else. */
  readonly copies: Pick<JobReport, 'progress' | 'failed'> & { finished(file: string, bytes: number): void };
  /** Bytes that are to be done in all: plaintext, and what is copied. */
  expect(bytes: number): void;
  leaveOut(file: string, error: SealkeepError): void;
  /** How many files are done, and their bytes. */
  done(): { readonly files: number; readonly bytes: number };
  /** What was said last of what was left out; undefined where everything is there. */
  lastFailure(): SealkeepError | undefined;
  /** How many things were left out. */
  leftOut(): number;
  /** Aborted once something could not come since whoever holds the folder is gone. */
  readonly gone: AbortSignal;
}

/** @param folder how the report names it. */
export function createFolderReport(
  folder: string,
  report: Pick<JobReport, 'failed' | 'progress'>,
): FolderReport {
  const running = new Map<string, number>();
  let [files, bytes, copied, runningBytes, total] = [0, 0, 0, 0, 0];
  let failure: SealkeepError | undefined;
  let leftOut = 0;
  const gone = new AbortController();

  function settle(file: string, now: number | undefined): void {
    runningBytes += (now ?? 0) - (running.get(file) ?? 0);
    if (now === undefined) running.delete(file);
    else running.set(file, now);
    report.progress(folder, Math.min(bytes + copied + runningBytes, total), total);
  }

  function leaveOut(file: string, error: SealkeepError): void {
    failure = error;
    leftOut += 1;
    const isGone = isSealkeepError(error, 'FILE_PAGE_GONE');
    if (isGone) gone.abort();
    // Both are said once, of the folder.
    if (!isGone && !isSealkeepError(error, 'JOB_CANCELLED')) report.failed(file, errorOf(file, error));
  }

  const failed = (file: string, error: SealkeepError): void => {
    settle(file, undefined);
    leaveOut(file, error);
  };

  return {
    copies: {
      progress: settle,
      finished(file, copiedBytes) {
        copied += copiedBytes;
        settle(file, undefined);
      },
      failed,
    },
    files: {
      progress: settle,
      finished(file: FinishedFile) {
        files += 1;
        bytes += file.bytes;
        settle(file.file, undefined);
      },
      failed,
    },
    expect(expected) {
      total = expected;
    },
    leaveOut,
    done: () => ({ files, bytes }),
    lastFailure: () => failure,
    leftOut: () => leftOut,
    gone: gone.signal,
  };
}
