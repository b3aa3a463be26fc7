import { rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../core/durable/folder.ts';
import { publishFile } from '../../core/durable/publish.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { writeTemporary } from '../engine/temporary-file.ts';

/**
 * Puts the registry's copy of a lost `.key` back beside its `.enc`, overwriting nothing. Where the folder can't be
 * written nothing is lost: the registry still has it.
 * @returns whether it is there now because of us.
 */
export async function restoreKeyFile(keyPath: string, text: string): Promise<boolean> {
  const folder = path.dirname(keyPath);
  try {
    const temporary = await writeTemporary(folder, (output) => output.writeFile(text));
    const isRestored = await publishFile(temporary, keyPath);
    if (!isRestored) await rm(temporary, { force: true });
    await syncFolder(folder);
    return isRestored;
  } catch (error) {
    if (isSealkeepError(error, 'OUTPUT_NOT_WRITABLE') || isSealkeepError(error, 'OUTPUT_NO_SPACE'))
      return false;
    throw error;
  }
}
