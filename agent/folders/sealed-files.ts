import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { walkFolder } from './walk-folder.ts';

/**
 * All `.enc`s below a folder, by their names: also manifests, and those that are too damaged to look sealed. No link is
 * followed.
 * @returns their paths, with their sizes.
 * @throws SealkeepError FILE_NOT_SEALED_FOLDER where there is none, and what a folder that can't be read throws.
 */
export async function sealedFilesIn(
  folder: string,
  control: Parameters<typeof walkFolder>[1],
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const entry of walkFolder(folder, control)) {
    const isFile = entry.kind === 'file' || entry.kind === 'kept';
    if (isFile && entry.path.endsWith(ENC_ENDING)) found.set(path.join(folder, entry.path), entry.size);
  }
  if (found.size === 0) throw new SealkeepError('FILE_NOT_SEALED_FOLDER', { file: folder });
  return found;
}
