import { rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../core/durable/folder.ts';
import { publishFile } from '../../core/durable/publish.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { outputError } from '../engine/file-errors.ts';
import type { EngineDeps } from '../engine/seal-file.ts';
import { cleanedUp, writeTemporary } from '../engine/temporary-file.ts';

/**
 * Puts the registry's copy of a lost `.key` back beside its `.enc`, overwriting nothing. Where the folder can't be
 * written nothing is lost: the registry still has it.
 * @returns whether it is there now because of us.
 */
export async function restoreKeyFile(
  { temporaries }: Pick<EngineDeps, 'temporaries'>,
  keyPath: string,
  text: string,
): Promise<boolean> {
  const folder = path.dirname(keyPath);
  try {
    const temporary = await writeTemporary(temporaries, folder, (output) => output.writeFile(text));
    return await publishRestored(temporary, keyPath);
  } catch (error) {
    const meant = outputError(error, folder);
    if (isSealkeepError(meant, 'OUTPUT_NOT_WRITABLE') || isSealkeepError(meant, 'OUTPUT_NO_SPACE'))
      return false;
    throw meant;
  }
}

async function publishRestored(temporary: string, keyPath: string): Promise<boolean> {
  const folder = path.dirname(keyPath);
  try {
    const isRestored = await publishFile(temporary, keyPath);
    if (!isRestored) await rm(temporary, { force: true });
    await syncFolder(folder);
    return isRestored;
  } catch (error) {
    throw await cleanedUp(error, temporary, folder);
  }
}
