import { sealFiles } from '../../jobs/seal-files.ts';
import type { OfferedFile } from '../file-refs.ts';
import { asPerson, type WorkParts } from './job-session.ts';
import { outputFolderOf } from './output-folder.ts';
import { outputsOf, pairOf, singleFile } from './single-file.ts';
import type { Work } from './work.ts';

/** Seals one file; the pair comes of it. */
export function sealWork(parts: WorkParts, file: OfferedFile): Work {
  const { name, size, source } = file;
  return {
    kind: 'seal',
    name,
    size,
    canRetry: () => file.isHeld,
    run: ({ signal, progress }) =>
      asPerson(parts, signal, async (jobs) => {
        const folder = await outputFolderOf(source, parts.outputFolder());
        const { out } = await singleFile(progress, (report) =>
          sealFiles(jobs, { sources: [source], folder, signal }, report),
        );
        return outputsOf(pairOf(out));
      }),
  };
}
