import type { Secret } from '../../core/crypto/secret.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { Prelude } from '../../shared/formats/prelude.ts';
import { segmentError } from './file-errors.ts';
import { planOpening } from './open-file.ts';
import type { FileDeps } from './seal-file.ts';
import { withSourceFile } from './source-file.ts';
import type { JobOptions } from './worker-pool.ts';

export interface CompareRequest extends JobOptions {
  /** The `.enc` file. */
  readonly enc: string;
  /** What `readPrelude` gave when the DEK was asked for: it is what the DEK belongs to. */
  readonly prelude: Prelude;
  /** Stays the caller's, who destroys it. */
  readonly dek: Secret;
  /** The file that was sealed. */
  readonly original: string;
}

/**
 * Opens every segment of a `.enc` and compares it with the original's bytes; nothing is written.
 * @returns how many segments were the same: all of them.
 * @throws SealkeepError PROOF_FAILED where the original holds other bytes, FILE_CHANGED where one of the two was written
 *   to meanwhile, FILE_DAMAGED, FILE_NOT_FOUND, FILE_NOT_A_FILE, FILE_NOT_READABLE, FILE_NOT_SEALED, FILE_TOO_NEW,
 *   JOB_CANCELLED.
 */
export function compareFile({ pool }: Pick<FileDeps, 'pool'>, request: CompareRequest): Promise<number> {
  const { enc, original, onProgress, signal } = request;
  return withSourceFile(enc, (input) =>
    withSourceFile(original, async (clear) => {
      const task = await planOpening(input, { ...request, source: enc });
      if (task.layout.plaintextBytes !== clear.bytes)
        throw new SealkeepError('PROOF_FAILED', { file: original });
      const failure = await pool.run(
        { ...task, kind: 'compare', original: clear.handle.fd },
        { onProgress, signal },
      );
      // First: bytes that differ because somebody is writing them are no other file's.
      await clear.assertUnchanged();
      await input.assertUnchanged();
      if (failure) throw segmentError(failure, { file: enc, folder: '', original }, 'FILE_DAMAGED');
      return task.layout.segments;
    }),
  );
}
