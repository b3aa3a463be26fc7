import { type FileHandle, open } from 'node:fs/promises';
import { SealkeepError } from '../../shared/errors/error.ts';
import { outputError } from './file-errors.ts';
import { removeTree } from './remove-tree.ts';
import type { Temporaries } from './temporaries.ts';

/**
 * Writes a file of its owner's alone that has no name of its own yet, and syncs it.
 * @param folder where it is to be published later: it must be the same file system.
 * @returns its path. The caller publishes or removes it.
 * @throws SealkeepError OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE, JOB_CANCELLED, and whatever `write` throws; nothing is left
 *   then.
 */
export async function writeTemporary(
  temporaries: Temporaries,
  folder: string,
  write: (output: FileHandle) => Promise<void>,
  signal?: AbortSignal,
): Promise<string> {
  const temporary = await temporaries.nameIn(folder);
  const output = await create(temporary, folder);
  try {
    try {
      await write(output);
      await output.sync();
      // A large file syncs for seconds, in which its person may have cancelled.
      if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
    } finally {
      await output.close();
    }
    return temporary;
  } catch (error) {
    throw await cleanedUp(error, temporary, folder);
  }
}

/**
 * Removes what a failed step would leave behind: a file, or a folder with all that is in it.
 * @returns what to throw: what the failure means, or that the folder does not even let go of the temporary file.
 */
export async function cleanedUp(error: unknown, temporary: string, folder: string): Promise<unknown> {
  try {
    await removeTree(temporary);
    return outputError(error, folder);
  } catch (leftover) {
    const cause = new AggregateError([error, leftover]);
    return new SealkeepError('OUTPUT_NOT_WRITABLE', { folder }, { cause });
  }
}

async function create(temporary: string, folder: string): Promise<FileHandle> {
  try {
    return await open(temporary, 'wx', 0o600);
  } catch (error) {
    throw outputError(error, folder);
  }
}
