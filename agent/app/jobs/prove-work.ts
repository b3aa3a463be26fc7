import { proveFiles } from '../../jobs/prove-files.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import { lookOnce } from './file-runs.ts';
import type { SealedOriginal } from './job-task.ts';
import { ProvenOriginals } from './proven-originals.ts';
import type { Work } from './work.ts';

/** Proves that sealed files open to their originals. It writes nothing, so it begins anew wherever it was paused. */
export function proveWork(parts: WorkParts, files: readonly SealedOriginal[]): Omit<Work, 'kept'> {
  const proven = new ProvenOriginals();
  return {
    kind: 'prove',
    files,
    holding: 'never',
    canRetry: () => true,
    proven,
    run: ({ signal, report, files: indices }) =>
      asPerson(parts, signal, async (jobs, failed) => {
        const places = new Map(indices.map((index) => [files[index]?.path, index]));
        const placeOf = (original: string) => {
          const place = places.get(original);
          if (place === undefined) throw new TypeError('a job told of a file that is none of its own');
          return place;
        };
        const look = lookOnce(failed);
        const toProve = indices.flatMap((index) => {
          const file = files[index];
          return file ? [{ original: file.path, enc: file.enc }] : [];
        });
        await proveFiles(
          jobs,
          { files: toProve, signal },
          {
            proved(proof) {
              proven.add(proof);
              report.finished(placeOf(proof.original), []);
            },
            failed(original, error) {
              look(error);
              report.failed(placeOf(original), error);
            },
            progress: (original, bytes, total) => report.progress(placeOf(original), bytes, total),
          },
        );
      }),
  };
}
