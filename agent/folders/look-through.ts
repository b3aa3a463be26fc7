import { stat } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { SealkeepError } from '../../shared/errors/error.ts';
import { MANIFEST_NAME } from '../../shared/formats/folder-manifest.ts';
import { LIMITS } from '../../shared/limits.ts';
import { ENC_ENDING, fileName } from '../../shared/names/file-name.ts';
import { refusedName } from '../../shared/names/refused-name.ts';
import { type Attributes, attributesOf } from '../engine/attributes.ts';
import { inputError } from '../engine/file-errors.ts';
import { linksThatLeave } from './links.ts';
import { type FoundEntry, type WalkOptions, walkFolder } from './walk-folder.ts';

/** A folder as it was found. */
export interface FoundFolder {
  readonly name: string;
  readonly attributes: Attributes;
  /** In the order of the walk. */
  readonly entries: readonly FoundEntry[];
}

/**
 * Finds what of a folder can be sealed. Links that would lead out of it are left out.
 * @param folder an absolute path.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_A_FOLDER, FILE_NAME_REFUSED, FILE_SEALED_ALREADY,
 *   FILE_TOO_LARGE where it has more in it than a manifest lists, JOB_CANCELLED
 */
export async function lookThrough(folder: string, options: WalkOptions): Promise<FoundFolder> {
  const found = await stat(folder).catch((error: unknown) => {
    throw inputError(error, folder);
  });
  if (!found.isDirectory()) throw new SealkeepError('FILE_NOT_A_FOLDER', { file: folder });
  const name = path.basename(folder);
  if (!fileName.safeParse(name).success) throw refusedName(name);
  const entries = await withoutLeaving(folder, await everythingIn(folder, options), options);
  if (entries.some((entry) => entry.kind === 'kept' && entry.path === MANIFEST_NAME + ENC_ENDING))
    throw new SealkeepError('FILE_SEALED_ALREADY', { file: folder });
  return { name, attributes: attributesOf(found), entries };
}

async function everythingIn(folder: string, options: WalkOptions): Promise<FoundEntry[]> {
  const entries: FoundEntry[] = [];
  for await (const entry of walkFolder(folder, options)) {
    entries.push(entry);
    if (entries.length > LIMITS.folderEntries) throw new SealkeepError('FILE_TOO_LARGE', { file: folder });
  }
  return entries;
}

async function withoutLeaving(
  folder: string,
  entries: readonly FoundEntry[],
  { leaveOut }: WalkOptions,
): Promise<readonly FoundEntry[]> {
  const links = entries.filter((entry) => entry.kind === 'link');
  // Where the folder is opened, which may be another system, its names are looked at again.
  const leaving = await linksThatLeave(links, { platform, foldsCase: false, foldsForms: false });
  for (const link of leaving) {
    const file = path.join(folder, link.path);
    leaveOut(file, new SealkeepError('FILE_LINK_LEAVES', { file }));
  }
  return entries.filter((entry) => entry.kind !== 'link' || !leaving.has(entry));
}
