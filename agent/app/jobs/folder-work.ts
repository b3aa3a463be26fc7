import path from 'node:path';
import { folderLabel } from '../../folders/readable-folder.ts';
import { openFolder } from '../../jobs/open-folder.ts';
import type { JobReport } from '../../jobs/report.ts';
import { sealFolder } from '../../jobs/seal-folder.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import type { PlannedFolder } from './drop-plan.ts';
import { offeredFiles } from './file-runs.ts';
import { byOutputFolder } from './output-folder.ts';
import type { Work } from './work.ts';

/** Seals a folder, or opens a sealed one: one thing to the person, of which parts may be left out. */
export function folderWork(
  parts: WorkParts,
  kind: 'seal' | 'open',
  planned: PlannedFolder,
): Omit<Work, 'kept'> {
  const { source } = planned.file;
  const isHere = typeof source === 'string';
  const label = folderLabel(source);
  return {
    kind,
    ...offeredFiles([planned]),
    // Two of its files would hold all the connections on which a page sends.
    holding: isHere ? 'always' : 'never',
    folder: isHere ? 'here' : 'page',
    ...(kind === 'seal' && isHere && { originals: [{ path: source, isFolder: true }] }),
    run: ({ signal, gate, report }) =>
      asPerson(parts, signal, async (jobs, failed) => {
        const [place] = await byOutputFolder(jobs.engine.temporaries, [{ source }], parts.outputFolder());
        const told: JobReport = {
          finished: ({ out }) => report.finished(0, [out]),
          progress: (_, bytes, total) => report.progress(0, bytes, total),
          failed(file, error) {
            failed(error);
            if (file === label) report.failed(0, error);
            else report.leftOut(path.relative(label, file), error);
          },
        };
        const work = kind === 'seal' ? sealFolder : openFolder;
        await work(jobs, { source, folder: place?.folder, signal, gate }, told);
      }),
  };
}
