import { SealkeepError } from '../../shared/errors/error.ts';
import type { Trash } from '../trash/trash.ts';
import { assertFolderHolds, assertHolds, type FolderProof, isFolderProof, type Proof } from './proof.ts';
import { attempt, type JobReport } from './report.ts';

/** How moving to the trash tells of its files; each ends with exactly one of `trashed` and `failed`. */
export interface TrashReport extends Pick<JobReport, 'failed'> {
  /** @param to where the original lies now; undefined where the system does not say. */
  trashed(proof: Proof | FolderProof, to: string | undefined): void;
}

/**
 * Moves originals to the trash, one after the other: only those whose proof still holds, for original and pair; a
 * folder as one.
 * Whatever fails leaves the original where it is.
 */
export async function trashProven(
  trash: Trash,
  {
    proofs,
    signal,
  }: { readonly proofs: readonly (Proof | FolderProof)[]; readonly signal?: AbortSignal | undefined },
  report: TrashReport,
): Promise<void> {
  for (const proof of proofs) {
    await attempt(report, proof.original, async () => {
      if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
      await (isFolderProof(proof) ? assertFolderHolds(proof, signal) : assertHolds(proof));
      report.trashed(proof, await trash(proof.original, proof.seen.original));
    });
  }
}
