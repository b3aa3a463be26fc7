import { rm } from 'node:fs/promises';
import { downloadFile } from '../../jobs/download-file.ts';
import { openFiles } from '../../jobs/open-files.ts';
import type { JobParts } from '../../jobs/parts.ts';
import { asPerson, type WorkParts } from './job-session.ts';
import { madeFolder } from './output-folder.ts';
import { outputsOf, pairOf, singleFile } from './single-file.ts';
import type { RunOptions, Work } from './work.ts';

export interface DownloadTarget {
  readonly owner: string;
  /** As the cloud lists it. */
  readonly name: string;
  /** Opens it as well, once it is here. */
  readonly open: boolean;
}

/** Downloads a pair of the cloud; with `open` the opened file is the first output. */
export function downloadWork(parts: WorkParts, { owner, name, open }: DownloadTarget): Work {
  return {
    kind: 'download',
    name,
    size: 0,
    canRetry: () => true,
    run: ({ signal, progress }) =>
      asPerson(parts, signal, async (jobs) => {
        const folder = await madeFolder(parts.outputFolder());
        let encBytes = 0;
        const onProgress = (bytes: number, total: number) => {
          encBytes = total;
          progress(bytes, open ? total * 2 : total);
        };
        const { out } = await downloadFile(jobs, { owner, name, folder, signal, onProgress });
        const pair = pairOf(out);
        if (!open) return outputsOf(pair);
        const opening = (bytes: number, total: number) => progress(encBytes + bytes, encBytes + total);
        return outputsOf([await opened(jobs, pair, folder, { signal, progress: opening }), ...pair]);
      }),
  };
}

/** What does not open was not wanted: the job leaves nothing then, and a retry begins anew. */
async function opened(
  jobs: JobParts,
  pair: readonly [string, string],
  folder: string,
  { signal, progress }: RunOptions,
): Promise<string> {
  try {
    const request = { sources: [pair[0]], folder, signal };
    return (await singleFile(progress, (report) => openFiles(jobs, request, report))).out;
  } catch (error) {
    for (const made of pair) await rm(made, { force: true });
    throw error;
  }
}
