import { sealFiles } from '../../jobs/seal-files.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import type { PlannedFile } from './drop-plan.ts';
import { filesToRun, holdingOf, offeredFiles, reportOf, runsOf } from './file-runs.ts';
import { byOutputFolder } from './output-folder.ts';
import { pairOf } from './single-file.ts';
import type { Work } from './work.ts';

/** Seals files; a pair comes of each. */
export function sealWork(parts: WorkParts, files: readonly PlannedFile[]): Omit<Work, 'kept'> {
  return {
    kind: 'seal',
    ...offeredFiles(files),
    holding: holdingOf(files),
    originals: files.map(({ file: { source } }) =>
      typeof source === 'string' ? { path: source, isFolder: false } : undefined,
    ),
    run: (how) =>
      asPerson(parts, how.signal, async (jobs, failed) => {
        const { signal, gate, report } = how;
        for (const place of await byOutputFolder(
          jobs.engine.temporaries,
          filesToRun(files, how),
          parts.outputFolder(),
        )) {
          for (const run of runsOf(place.files)) {
            const request = { sources: run.map(({ source }) => source), folder: place.folder, signal, gate };
            const reporting = { report, failed, outputsOf: ({ out }: { out: string }) => pairOf(out) };
            await sealFiles(jobs, request, reportOf(run, reporting));
          }
        }
      }),
  };
}
