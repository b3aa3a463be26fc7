import { proveFolder } from '../../jobs/prove-folder.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import type { SealedOriginal } from './job-task.ts';
import { ProvenOriginals } from './proven-originals.ts';
import type { Work } from './work.ts';

/** Proves that a sealed folder opens to its original: one thing to the person. */
export function proveFolderWork(parts: WorkParts, folder: SealedOriginal): Omit<Work, 'kept'> {
  const proven = new ProvenOriginals();
  return {
    kind: 'prove',
    files: [folder],
    folder: 'here',
    holding: 'never',
    canRetry: () => true,
    proven,
    run: ({ signal, report }) =>
      asPerson(parts, signal, (jobs, failed) =>
        proveFolder(
          jobs,
          { original: folder.path, sealed: folder.enc, signal },
          {
            proved(proof) {
              proven.add(folder, proof);
              report.finished(0, []);
            },
            failed(_, error) {
              failed(error);
              report.failed(0, error);
            },
            progress: (_, bytes, total) => report.progress(0, bytes, total),
          },
        ),
      ),
  };
}
