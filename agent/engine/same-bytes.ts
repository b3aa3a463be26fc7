import { SealkeepError } from '../../shared/errors/error.ts';
import { readAt, withSourceFile } from './source-file.ts';

/** Read of each at a time. */
const PART_BYTES = 1024 * 1024;

/**
 * Compares a file with its copy, byte for byte.
 * @throws SealkeepError PROOF_FAILED where they differ, FILE_CHANGED where one was written to meanwhile, FILE_NOT_FOUND,
 *   FILE_NOT_A_FILE, FILE_NOT_READABLE, JOB_CANCELLED
 */
export function assertSameBytes(original: string, copy: string, signal?: AbortSignal): Promise<void> {
  return withSourceFile(original, (first) =>
    withSourceFile(copy, async (second) => {
      const differs = new SealkeepError('PROOF_FAILED', { file: original });
      if (first.bytes !== second.bytes) throw differs;
      for (let at = 0; at < first.bytes; at += PART_BYTES) {
        if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
        const length = Math.min(PART_BYTES, first.bytes - at);
        const [one, other] = await Promise.all([
          readAt(first.handle, original, length, at),
          readAt(second.handle, copy, length, at),
        ]);
        if (Buffer.compare(one, other) !== 0) throw differs;
      }
      await first.assertUnchanged();
      await second.assertUnchanged();
    }),
  );
}
