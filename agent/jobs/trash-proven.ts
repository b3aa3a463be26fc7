import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
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
 * folder as one. Where something changed since it fails with PROOF_OUTDATED.
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
      report.trashed(proof, await move(trash, proof, signal));
    });
  }
}

/** @returns where the original lies now; undefined where the system does not say. */
async function move(
  trash: Trash,
  proof: Proof | FolderProof,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    await (isFolderProof(proof) ? assertFolderHolds(proof, signal) : assertHolds(proof));
    return await trash(proof.original, proof.seen.original);
  } catch (error) {
    if (!isSealkeepError(error, 'FILE_CHANGED')) throw error;
    throw new SealkeepError('PROOF_OUTDATED', error.details, { cause: error });
  }
}
