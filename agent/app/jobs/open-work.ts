import type { Source } from '../../engine/source.ts';
import { openFiles } from '../../jobs/open-files.ts';
import type { OfferedFile } from '../file-refs.ts';
import type { PlannedFile } from './drop-plan.ts';
import { asPerson, type WorkParts } from './job-session.ts';
import { outputFolderOf } from './output-folder.ts';
import { outputsOf, singleFile } from './single-file.ts';
import type { Work } from './work.ts';

/** Opens one `.enc`. */
export function openWork(parts: WorkParts, { file, key }: Pick<PlannedFile, 'file' | 'key'>): Work {
  const { name, size, source } = file;
  return {
    kind: 'open',
    name,
    size,
    canRetry: () => file.isHeld && (key?.isHeld ?? true),
    run: ({ signal, progress }) =>
      asPerson(parts, signal, async (jobs) => {
        const folder = await outputFolderOf(source, parts.outputFolder());
        const request = { sources: [source], keys: keysOf(file, key), folder, signal };
        const { out } = await singleFile(progress, (report) => openFiles(jobs, request, report));
        return outputsOf([out]);
      }),
  };
}

/** The `.key` of the same drop, in the form that jobs take it. */
export function keysOf(
  { source }: OfferedFile,
  key: OfferedFile | undefined,
): ReadonlyMap<Source, Source> | undefined {
  return key && new Map([[source, key.source]]);
}
