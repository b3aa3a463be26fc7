import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import { MANIFEST_NAME } from '../../shared/formats/folder-manifest.ts';
import { ENC_ENDING, KEY_ENDING, SEALED_ENDING } from '../../shared/names/endings.ts';
import { lastStep, parentOf } from '../../shared/names/folder-path.ts';
import { walkFolder } from './walk-folder.ts';

export interface SealedTree {
  /** Paths of all `.enc`s, with their sizes. */
  readonly files: ReadonlyMap<string, number>;
  /**
   * Sealed folders, by what they are called or by what there is of their manifests. One in another one is left out: the
   * other's manifest lists what it holds.
   */
  readonly folders: readonly string[];
}

/**
 * All `.enc`s below a folder, by their names: also manifests, and those that are too damaged to look sealed. No link is
 * followed.
 * @throws SealkeepError FILE_NOT_SEALED_FOLDER where there is none, and what a folder that can't be read throws.
 */
export async function sealedFilesIn(
  folder: string,
  control: Parameters<typeof walkFolder>[1],
): Promise<SealedTree> {
  const files = new Map<string, number>();
  const sealed = new Set(path.resolve(folder).endsWith(SEALED_ENDING) ? [''] : []);
  for await (const entry of walkFolder(folder, control)) {
    if (entry.kind === 'folder' && entry.path.endsWith(SEALED_ENDING)) sealed.add(entry.path);
    if (entry.kind !== 'file' && entry.kind !== 'kept') continue;
    if (entry.path.endsWith(ENC_ENDING)) files.set(path.join(folder, entry.path), entry.size);
    if (MANIFEST_PAIR.has(lastStep(entry.path))) sealed.add(parentOf(entry.path));
  }
  if (files.size === 0) throw new SealkeepError('FILE_NOT_SEALED_FOLDER', { file: folder });
  const outer = [...sealed].filter((one) => !foldersAbove(one).some((above) => sealed.has(above)));
  return { files, folders: outer.map((one) => path.join(folder, one)) };
}

const MANIFEST_PAIR: ReadonlySet<string> = new Set([MANIFEST_NAME + ENC_ENDING, MANIFEST_NAME + KEY_ENDING]);

function foldersAbove(inside: string): string[] {
  if (inside === '') return [];
  return [parentOf(inside), ...foldersAbove(parentOf(inside))];
}
