import { sideBySide } from '../../engine/side-by-side.ts';
import { openFiles } from '../../jobs/open-files.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import type { PlannedFile } from './drop-plan.ts';
import {
  filesToRun,
  holdingOf,
  keysOf,
  offeredFiles,
  type PlacedFile,
  reportOf,
  runsOf,
} from './file-runs.ts';
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
        const openRun = (folder: string | undefined) => (run: readonly PlacedFile[]) => {
          const sources = run.map(({ source }) => source);
          const request = { sources, keys: keysOf(run), folder, signal, gate };
          const reporting = { report, failed, outputsOf: ({ out }: { out: string }) => [out] };
          return openFiles(jobs, request, reportOf(run, reporting));
        };
        for (const place of await byOutputFolder(
          jobs.engine.temporaries,
          filesToRun(files, how),
          parts.outputFolder(),
        )) {
          const here = place.files.filter(({ source }) => typeof source === 'string');
          for (const run of runsOf(here)) await openRun(place.folder)(run);
          // All files of a run are begun before the first one is read to its end; a page sends only few at once.
          const streams = place.files.filter(({ source }) => typeof source !== 'string');
          await sideBySide(
            streams.map((file) => [file]),
            openRun(place.folder),
            STREAMS_AT_ONCE,
          );
        }
      }),
  };
}

const STREAMS_AT_ONCE = 4;
