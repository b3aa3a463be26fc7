import { freeBytes } from '../../core/durable/free-bytes.ts';
import { SealkeepError } from '../../shared/errors/error.ts';

/** What a small file takes besides its bytes: a block of each file of a pair, and its entry. */
const OVERHEAD_BYTES = 12 * 1024;

/** What a job is to write into a folder. */
export interface Need {
  readonly folder: string;
  readonly files: number;
  /** Bytes of all of them. */
  readonly bytes: number;
}

/**
 * Looks for room before anything is begun. It is a look only: others write meanwhile, and a quota is not seen. Opening needs
 * room for all bytes of a file, also where most of them are holes: only its opened segments tell where those are, and a job
 * that finds no room half way was for nothing.
 * @throws SealkeepError OUTPUT_NO_SPACE where the file system has less room than that. A folder that can't be asked is
 *   left to the writing, which says what is wrong with it.
 */
export async function assertRoom({ folder, files, bytes }: Need): Promise<void> {
  const needed = BigInt(bytes) + BigInt(files) * BigInt(OVERHEAD_BYTES);
  const free = await freeBytes(folder);
  if (free !== undefined && free < needed) throw new SealkeepError('OUTPUT_NO_SPACE', { folder });
}
