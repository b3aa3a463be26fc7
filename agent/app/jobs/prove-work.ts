import { proveFiles } from '../../jobs/prove-files.ts';
import { asPerson, type WorkParts } from './as-person.ts';
import { lookOnce } from './file-runs.ts';
import type { SealedOriginal } from './job-task.ts';
import { placesOf } from './places-of.ts';
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
        const places = placesOf(files, indices);
        const look = lookOnce(failed);
        const toProve = places.all.map(({ path, enc }) => ({ original: path, enc }));
        await proveFiles(
          jobs,
          { files: toProve, signal },
          {
            proved(proof) {
              const { place, file } = places.of(proof.original);
              proven.add(file, proof);
              report.finished(place, []);
            },
            failed(original, error) {
              look(error);
              report.failed(places.of(original).place, error);
            },
            progress: (original, bytes, total) => report.progress(places.of(original).place, bytes, total),
          },
        );
      }),
  };
}
