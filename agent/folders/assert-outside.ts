import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import { inputError } from '../engine/file-errors.ts';

/**
 * Looks whether something would go along if a folder were moved, whatever the two are called: by links and mounts one place
 * has many names.
 * @param file has to be there.
 * @throws SealkeepError TRASH_HOLDS where it is the folder or lies in it, FILE_NOT_FOUND, FILE_NOT_READABLE
 */
export async function assertOutside(file: string, folder: string): Promise<void> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    for (let at = await realpath(file); ; at = path.dirname(at)) {
      const found = await stat(at, { bigint: true });
      if (found.dev === dev && found.ino === ino) throw new SealkeepError('TRASH_HOLDS', { file });
      if (path.dirname(at) === at) return;
    }
  } catch (error) {
    throw inputError(error, file);
  }
}
