import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../../core/durable/folder.ts';
import { temporaryName } from '../../../core/durable/write-file.ts';
import { outputError } from '../../engine/file-errors.ts';
import type { Source } from '../../engine/source.ts';

/**
 * Tried out rather than asked for: `access` knows neither Windows' lists of permissions nor for whom this thread acts.
 * What it makes is gone again, or known by its ending after a crash.
 */
export async function mayWrite(folder: string): Promise<boolean> {
  const probe = temporaryName(path.join(folder, 'new'));
  return open(probe, 'wx', 0o600)
    .then((file) => file.close())
    .then(() => rm(probe))
    .then(
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
