import { decryptSegment } from '../../core/crypto/segment-cipher.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';

/** Opens a segment. @returns undefined where the tag does not fit. */
export function decryptOrUndefined(...segment: Parameters<typeof decryptSegment>): Buffer[] | undefined {
  try {
    return decryptSegment(...segment);
  } catch (error) {
    if (isSealkeepError(error, 'FILE_DAMAGED')) return undefined;
    throw error;
  }
}
