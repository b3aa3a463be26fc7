import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { temporaryName } from '../../core/durable/write-file.ts';
import { outputError } from './file-errors.ts';

/**
 * Writes a file of its owner's alone that has no name of its own yet, and syncs it.
 * @param folder where it is to be published later: it must be the same file system.
 * @returns its path. The caller publishes or removes it.
 * @throws SealkeepError OUTPUT_NO_SPACE or OUTPUT_NOT_WRITABLE, and whatever `write` throws; nothing is left then.
 */
export async function writeTemporary(
  folder: string,
  write: (output: FileHandle) => Promise<void>,
): Promise<string> {
  const temporary = temporaryName(path.join(folder, 'new'));
  const output = await create(temporary, folder);
  try {
    try {
      await write(output);
      await output.sync();
    } finally {
      await output.close();
    }
    return temporary;
  } catch (error) {
    await rm(temporary, { force: true });
    throw outputError(error, folder);
  }
}

async function create(temporary: string, folder: string): Promise<FileHandle> {
  try {
    return await open(temporary, 'wx', 0o600);
  } catch (error) {
    throw outputError(error, folder);
  }
}
