import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../../core/durable/folder.ts';
import { outputError } from '../../engine/file-errors.ts';
import type { Source } from '../../engine/source.ts';

export async function mayWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Where a source's outputs go: beside it, where it lies in a folder that may be written; else into the settings' folder.
 * @throws SealkeepError OUTPUT_NOT_WRITABLE, OUTPUT_NO_SPACE
 */
export async function outputFolderOf(source: Source, settingsFolder: string): Promise<string> {
  if (typeof source === 'string' && (await mayWrite(path.dirname(source)))) return path.dirname(source);
  return madeFolder(settingsFolder);
}

/** The settings' folder, made where it is missing. */
export async function madeFolder(folder: string): Promise<string> {
  await makeFolder(folder, 0o755).catch((error: unknown) => {
    throw outputError(error, folder);
  });
  return folder;
}
