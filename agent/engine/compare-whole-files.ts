import type { StreamKey } from '../../core/crypto/segment-cipher.ts';
import { releasePieces } from '../../core/crypto/segment-cipher.ts';
import { decryptOrUndefined } from './decrypt-or-undefined.ts';
import type { JobCounters } from './job-counters.ts';
import { isConcatenation } from './segment-loop.ts';
import { readWhole, unlessRefused, WHOLE_BUFFER_BYTES, WHOLE_BYTES } from './whole-files.ts';

/** What a worker's buffer has to hold: a sealed whole file, and behind it the original and one byte more. */
export const COMPARE_BUFFER_BYTES = WHOLE_BUFFER_BYTES + WHOLE_BYTES + 1;

/** A small `.enc` to compare with its original. */
export interface CompareWhole {
  readonly enc: string;
  /** Length of the `.enc`, and how it has to begin: what its DEK was asked for. */
  readonly encBytes: number;
  readonly head: Uint8Array;
  readonly stream: StreamKey;
  readonly original: string;
  /** Of the original: what the `.key` says, too. */
  readonly bytes: number;
}

/**
 * Compares small files in one go. Whatever is out of the ordinary with a file leaves it undone: the way for large files
 * then finds out what it is.
 * @returns which of them are the same.
 */
export function compareWholeFiles(
  files: readonly CompareWhole[],
  counters: JobCounters,
  buffer: Buffer,
): boolean[] {
  return files.map((file) => !counters.isStopped() && unlessRefused(() => isSame(file, buffer)) === true);
}

function isSame(file: CompareWhole, buffer: Buffer): boolean {
  const enc = readWhole(file.enc, file.encBytes, buffer);
  if (!enc || Buffer.compare(enc.subarray(0, file.head.length), file.head) !== 0) return false;
  const pieces = decryptOrUndefined(file.stream, 0, true, enc.subarray(file.head.length));
  if (!pieces) return false;
  try {
    const original = readWhole(file.original, file.bytes, buffer.subarray(WHOLE_BUFFER_BYTES));
    return original !== undefined && isConcatenation(original, pieces);
  } finally {
    releasePieces(pieces);
  }
}
