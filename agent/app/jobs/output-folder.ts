import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../../core/durable/folder.ts';
import { outputError } from '../../engine/file-errors.ts';
import { sideBySide } from '../../engine/side-by-side.ts';
import type { Source } from '../../engine/source.ts';
import type { Temporaries } from '../../engine/temporaries.ts';

/**
 * Tried out rather than asked for: `access` knows neither Windows' lists of permissions nor for whom this thread acts.
 * What it makes is gone again, after a crash at the next start.
 * @throws SealkeepError DATA_FOLDER_UNUSABLE
 */
export async function mayWrite(temporaries: Temporaries, folder: string): Promise<boolean> {
  const probe = await temporaries.nameIn(folder);
  return open(probe, 'wx', 0o600)
    .then((file) => file.close())
    .then(() => rm(probe))
    .then(
      () => true,
      () => false,
    );
}

interface OutputPlace<File> {
  /** Undefined is beside each source. */
  readonly folder: string | undefined;
  readonly files: readonly File[];
}

/**
 * Where the outputs of files go: beside those that lie in folders that may be written; all others' into the settings'
 * folder.
 * @throws SealkeepError OUTPUT_NOT_WRITABLE, OUTPUT_NO_SPACE, DATA_FOLDER_UNUSABLE
 */
export async function byOutputFolder<File extends { readonly source: Source }>(
  temporaries: Temporaries,
  files: readonly File[],
  settingsFolder: string,
): Promise<OutputPlace<File>[]> {
  const folderOf = ({ source }: File) => (typeof source === 'string' ? path.dirname(source) : undefined);
  const folders = [...new Set(files.map(folderOf))].filter((folder) => folder !== undefined);
  const writable = new Set(
    (
      await sideBySide(folders, async (folder) => ((await mayWrite(temporaries, folder)) ? [folder] : []))
    ).flat(),
  );
  const isBeside = (file: File) => writable.has(folderOf(file) ?? '');
  const places: OutputPlace<File>[] = [{ folder: undefined, files: files.filter(isBeside) }];
  const others = files.filter((file) => !isBeside(file));
  if (others.length > 0) places.push({ folder: await madeFolder(settingsFolder), files: others });
  return places.filter((place) => place.files.length > 0);
}

/** The settings' folder, made where it is missing. */
export async function madeFolder(folder: string): Promise<string> {
  await makeFolder(folder, 0o755).catch((error: unknown) => {
    throw outputError(error, folder);
  });
  return folder;
}
