import { isFolder, type PlannedFile } from './drop-plan.ts';
import type { JobTask } from './job-task.ts';

/** More files of one kind than so many are one job: a row for each of 5,000 helps nobody, and groups are quicker. */
const APART = 20;

type FilesKind = Exclude<JobTask['kind'], 'download' | 'prove' | 'trash' | 'rewrap'>;

/** The jobs of a drop, in its order; many files of one kind stand where the first of them does. */
export function tasksOf(
  planned: readonly PlannedFile[],
  kindOf: (file: PlannedFile) => FilesKind,
): JobTask[] {
  const byKind = Map.groupBy(
    planned.filter((one) => !isFolder(one)),
    kindOf,
  );
  return planned.flatMap((one): JobTask[] => {
    const kind = kindOf(one);
    const files = byKind.get(kind) ?? [];
    if (isFolder(one) || files.length <= APART) return [{ kind, files: [one] }];
    return files[0] === one ? [{ kind, files }] : [];
  });
}
