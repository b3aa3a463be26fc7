import { rm } from 'node:fs/promises';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { keyPathOf } from '../../../shared/names/key-path.ts';
import type { FinishedFile, JobReport } from '../../jobs/report.ts';

/**
 * Runs a job of one file, whose report becomes a result.
 * @throws what the job reported.
 */
export async function singleFile(
  progress: (bytes: number, total: number) => void,
  job: (report: JobReport) => Promise<void>,
): Promise<FinishedFile> {
  const outcome: { finished?: FinishedFile; error?: SealkeepError } = {};
  await job({
    finished: (file) => {
      outcome.finished = file;
    },
    failed: (_, error) => {
      outcome.error = error;
    },
    progress: (_, bytes, total) => progress(bytes, total),
  });
  if (outcome.error) throw outcome.error;
  if (!outcome.finished) throw new SealkeepError('INTERNAL');
  return outcome.finished;
}

/**
 * Removes a pair that we made and nobody wants. What can't be removed stays: nothing of the rest is kept for its sake, and
 * the error that led here says more.
 */
export async function dropPair(enc: string): Promise<void> {
  await Promise.allSettled(pairOf(enc).map((made) => rm(made, { force: true })));
}

/** Both halves of a pair that we made, by its `.enc`. */
export function pairOf(enc: string): readonly [string, string] {
  return [enc, keyPathOf(enc)];
}
