import { downloadFile } from '../../jobs/download-file.ts';
import { openFiles } from '../../jobs/open-files.ts';
import type { JobParts } from '../../jobs/parts.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import type { DownloadTarget } from './job-task.ts';
import { madeFolder } from './output-folder.ts';
import { dropPair, pairOf, singleFile } from './single-file.ts';
import type { Work } from './work.ts';

/** Downloads a pair of the cloud; with `open` the opened file is the first output. */
export function downloadWork(parts: WorkParts, { owner, name, open }: DownloadTarget): Omit<Work, 'kept'> {
  return {
    kind: 'download',
    files: [{ name, size: 0 }],
    // A server lets nobody hold a connection for ever.
    holding: 'never',
    canRetry: () => true,
    run: ({ signal, report }) =>
      asPerson(parts, signal, async (jobs) => {
        const folder = await madeFolder(parts.outputFolder());
        let encBytes = 0;
        const onProgress = (bytes: number, total: number) => {
          encBytes = total;
          report.progress(0, bytes, open ? total * 2 : total);
        };
        const { out } = await downloadFile(jobs, { owner, name, folder, signal, onProgress });
        const pair = pairOf(out);
        if (!open) return report.finished(0, pair);
        const opening = (bytes: number, total: number) =>
          report.progress(0, encBytes + bytes, encBytes + total);
        report.finished(0, [await opened(jobs, pair, { folder, signal, progress: opening }), ...pair]);
      }),
  };
}

interface Opening {
  readonly folder: string;
  readonly signal: AbortSignal;
  progress(bytes: number, total: number): void;
}

/** What does not open was not wanted: the job leaves nothing then, and a retry begins anew. */
async function opened(
  jobs: JobParts,
  pair: readonly [string, string],
  { folder, signal, progress }: Opening,
): Promise<string> {
  try {
    const request = { sources: [pair[0]], folder, signal };
    return (await singleFile(progress, (report) => openFiles(jobs, request, report))).out;
  } catch (error) {
    await dropPair(pair[0]);
    throw error;
  }
}
