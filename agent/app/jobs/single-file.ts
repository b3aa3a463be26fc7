import { SealkeepError } from '../../../shared/errors/error.ts';
import { ENC_ENDING, KEY_ENDING } from '../../../shared/names/file-name.ts';
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

/** The `.key` of a pair that we made, by its `.enc`. */
export function pairOf(enc: string): readonly [string, string] {
  return [enc, enc.slice(0, -ENC_ENDING.length) + KEY_ENDING];
}
