import { rm } from 'node:fs/promises';
import type { JobParts } from '../../jobs/parts.ts';
import { sealFiles } from '../../jobs/seal-files.ts';
import { uploadFiles } from '../../jobs/upload-files.ts';
import type { PlannedFile } from './drop-plan.ts';
import {
  filesToRun,
  keysOf,
  offeredFiles,
  type PlacedFile,
  type Reporting,
  reportOf,
  runsOf,
} from './file-runs.ts';
import { asPerson, type WorkParts } from './job-session.ts';
import { byOutputFolder } from './output-folder.ts';
import { pairOf } from './single-file.ts';
import type { RunOptions, Work } from './work.ts';

/** So many are sealed before they are uploaded: their pairs lie on the disk meanwhile. */
const SEALED_AT_ONCE = 100;

/** Uploads `.enc` files with their keys, and plain ones, which are sealed first. */
export function uploadWork(parts: WorkParts, files: readonly PlannedFile[]): Omit<Work, 'kept'> {
  return {
    kind: 'upload',
    ...offeredFiles(files),
    // A server lets nobody hold a connection for ever.
    holding: 'never',
    run: (how) =>
      asPerson(parts, how.signal, async (jobs, failed) => {
        const { signal, report } = how;
        const all = filesToRun(files, how);
        for (const run of runsOf(all.filter(({ isSealed }) => isSealed))) {
          const request = { sources: run.map(({ source }) => source), keys: keysOf(run), signal };
          await uploadFiles(jobs, request, reportOf(run, { report, failed, outputsOf: () => [] }));
        }
        const plain = all.filter(({ isSealed }) => !isSealed);
        for (const place of await byOutputFolder(plain, parts.outputFolder())) {
          for (const run of runsOf(place.files)) {
            for (let start = 0; start < run.length; start += SEALED_AT_ONCE) {
              const some = run.slice(start, start + SEALED_AT_ONCE);
              await sealAndUpload(jobs, some, place.folder, how, failed);
            }
          }
        }
      }),
  };
}

/** The pairs stay where a seal would have put them; where an upload fails or is cancelled its pair goes again. */
async function sealAndUpload(
  jobs: JobParts,
  files: readonly PlacedFile[],
  folder: string | undefined,
  { signal, report }: RunOptions,
  failed: Reporting['failed'],
): Promise<void> {
  const sealed = new Map<number, string>();
  const sizes = new Map(files.map(({ index, file }) => [index, file.size]));
  const sealing = {
    ...report,
    finished: (index: number, [enc = '']: readonly string[]) => void sealed.set(index, enc),
    progress: (index: number, bytes: number, total: number) => report.progress(index, bytes, total * 2),
    failed: report.failed,
  };
  const sources = files.map(({ source }) => source);
  const outputsOf = ({ out }: { readonly out: string }) => pairOf(out);
  await sealFiles(jobs, { sources, folder, signal }, reportOf(files, { report: sealing, failed, outputsOf }));
  const pairs = files.flatMap((file) => {
    const enc = sealed.get(file.index);
    return enc === undefined ? [] : [{ ...file, source: enc }];
  });
  const sending = {
    finished(index: number, outputs: readonly string[]) {
      sealed.delete(index);
      report.finished(index, outputs);
    },
    failed: report.failed,
    progress(index: number, bytes: number, total: number) {
      const size = sizes.get(index) ?? 0;
      report.progress(index, size + bytes, size + total);
    },
  };
  try {
    const uploading = {
      report: sending,
      failed,
      outputsOf: (_: unknown, index: number) => pairOf(sealed.get(index) ?? ''),
    };
    await uploadFiles(
      jobs,
      { sources: pairs.map(({ source }) => source), signal },
      reportOf(pairs, uploading),
    );
  } finally {
    for (const enc of sealed.values()) for (const made of pairOf(enc)) await rm(made, { force: true });
  }
}
