import { SealkeepError } from '../../shared/errors/error.ts';
import type { Control } from '../engine/gate.ts';
import type { FolderReport } from './folder-report.ts';

/**
 * Runs a folder's job for as long as whoever holds the folder is there. What is left out of it for a reason of its own does
 * not matter to the rest; but once its holder is gone nothing more can come, and a part of a folder is none.
 * @throws SealkeepError FILE_PAGE_GONE, and what `work` throws.
 */
export async function whileHeld<T>(
  { signal, gate }: Control,
  { gone }: FolderReport,
  work: (control: Control) => Promise<T>,
): Promise<T> {
  try {
    return await work({ signal: signal ? AbortSignal.any([signal, gone]) : gone, gate });
  } catch (cause) {
    throw gone.aborted && !signal?.aborted ? new SealkeepError('FILE_PAGE_GONE', {}, { cause }) : cause;
  }
}
