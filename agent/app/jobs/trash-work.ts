import { isSealkeepError, type SealkeepError } from '../../../shared/errors/error.ts';
import { trashProven } from '../../jobs/trash-proven.ts';
import { assertPresent, type WorkParts } from './as-person.ts';
import { type OriginalToMove, withoutProof } from './job-task.ts';
import { placesOf } from './places-of.ts';
import type { Work } from './work.ts';

/**
 * Moves originals to the trash, one after the other, each by its proof. Where it is cancelled or paused the one that is on
 * its way arrives, and the others stay. No retry moves what changed since it was proved, nor anything after a restart: that
 * needs another proof.
 */
export function trashWork(
  { trash, ...who }: Pick<WorkParts, 'owner' | 'present' | 'trash'>,
  files: readonly OriginalToMove[],
): Omit<Work, 'kept'> {
  const outdated = new Map<number, SealkeepError>();
  return {
    kind: 'trash',
    // A large file moves as quickly as a small one. Of one alone, which may be a folder, nobody knows how far it is.
    files: files.map(({ name }) => ({ name, size: files.length > 1 ? 1 : 0 })),
    holding: 'never',
    canRetry: (indices) => indices.some((index) => files[index]?.proof && !outdated.has(index)),
    toMove: files.map(withoutProof),
    async run({ signal, report, files: indices }) {
      assertPresent(who);
      if (!trash) throw new TypeError('a shell without a trash has proofs to move by');
      const places = placesOf(files, indices);
      for (const index of indices) {
        const error = outdated.get(index);
        if (error) report.failed(index, error);
      }
      const held = indices.filter((index) => !outdated.has(index));
      const proofs = held.flatMap((index) => files[index]?.proof ?? []);
      await trashProven(
        trash,
        { proofs, signal },
        {
          trashed: ({ original }) => report.finished(places.of(original).place, []),
          failed(original, error) {
            const { place } = places.of(original);
            if (isSealkeepError(error, 'PROOF_OUTDATED')) outdated.set(place, error);
            report.failed(place, error);
          },
        },
      );
    },
  };
}
