import type { SealkeepError } from '../../../shared/errors/error.ts';
import { trashProven } from '../../jobs/trash-proven.ts';
import type { Trash } from '../../trash/trash.ts';
import type { ProvenOriginals } from './proven-originals.ts';

/**
 * Moves a job's proven originals to the trash.
 * @param signal lets the one that is on its way arrive, and leaves the others.
 * @throws SealkeepError why the first of those that stay does; they can be tried again.
 */
export async function trashTaken(trash: Trash, proven: ProvenOriginals, signal: AbortSignal): Promise<void> {
  const left = new Map(proven.take().map((proof) => [proof.original, proof]));
  const errors: SealkeepError[] = [];
  try {
    await trashProven(
      trash,
      { proofs: [...left.values()], signal },
      {
        trashed({ original }) {
          left.delete(original);
          proven.moved();
        },
        failed: (_, error) => void errors.push(error),
      },
    );
  } finally {
    for (const proof of left.values()) proven.giveBack(proof);
  }
  if (errors[0]) throw errors[0];
}
