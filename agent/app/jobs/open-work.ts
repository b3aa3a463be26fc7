import { openFiles } from '../../jobs/open-files.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import type { PlannedFile } from './drop-plan.ts';
import { filesToRun, holdingOf, keysOf, offeredFiles, reportOf, runsOf } from './file-runs.ts';
import { byOutputFolder } from './output-folder.ts';
import type { Work } from './work.ts';

/** Opens `.enc` files. */
export function openWork(parts: WorkParts, files: readonly PlannedFile[]): Omit<Work, 'kept'> {
  return {
    kind: 'open',
    ...offeredFiles(files),
    holding: holdingOf(files),
    run: (how) =>
      asPerson(parts, how.signal, async (jobs, failed) => {
        const { signal, gate, report } = how;
        for (const place of await byOutputFolder(
          jobs.engine.temporaries,
          filesToRun(files, how),
          parts.outputFolder(),
        )) {
          for (const run of runsOf(place.files)) {
            const sources = run.map(({ source }) => source);
            const request = { sources, keys: keysOf(run), folder: place.folder, signal, gate };
            const reporting = { report, failed, outputsOf: ({ out }: { out: string }) => [out] };
            await openFiles(jobs, request, reportOf(run, reporting));
          }
        }
      }),
  };
}
