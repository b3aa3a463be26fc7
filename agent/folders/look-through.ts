import { platform } from 'node:process';
import { SealkeepError } from '../../shared/errors/error.ts';
import { MANIFEST_NAME } from '../../shared/formats/folder-manifest.ts';
import { LIMITS } from '../../shared/limits.ts';
import { ENC_ENDING, fileName } from '../../shared/names/file-name.ts';
import { refusedName } from '../../shared/names/refused-name.ts';
import type { Attributes } from '../engine/attributes.ts';
import { linksThatLeave } from './links.ts';
import { createPackedEntries, type PackedEntries } from './packed-entries.ts';
import type { ReadableFolder } from './readable-folder.ts';
import type { FoundFile, FoundLink, FoundSubfolder, WalkOptions } from './walk-folder.ts';

/** A folder as it was found. */
export interface FoundFolder {
  readonly name: string;
  readonly attributes: Attributes;
  /** A folder before what is in it. */
  readonly folders: readonly FoundSubfolder[];
  /** To be sealed. */
  readonly files: PackedEntries<FoundFile>;
  /** Of those, in bytes. */
  readonly fileBytes: number;
  readonly kept: readonly FoundFile[];
  readonly links: readonly FoundLink[];
}

/**
 * Finds what of a folder can be sealed. Links that would lead out of it are left out.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_A_FOLDER, FILE_NAME_REFUSED, FILE_NAMELESS,
 *   FILE_SEALED_ALREADY, FILE_TOO_LARGE where it has more in it than a manifest lists, JOB_CANCELLED
 */
export async function lookThrough(folder: ReadableFolder, options: WalkOptions): Promise<FoundFolder> {
  const attributes = await folder.attributes();
  const { name } = folder;
  // The top of a disk.
  if (name === '') throw new SealkeepError('FILE_NAMELESS', { file: folder.labelOf('') });
  if (!fileName.safeParse(name).success) throw refusedName(name);
  const everything = await everythingIn(folder, options);
  const links = await withoutLeaving(folder, everything.links, options);
  if (everything.kept.some((file) => file.path === MANIFEST_NAME + ENC_ENDING))
    throw new SealkeepError('FILE_SEALED_ALREADY', { file: folder.labelOf('') });
  return { name, attributes, ...everything, links };
}

async function everythingIn(
  folder: ReadableFolder,
  options: WalkOptions,
): Promise<Omit<FoundFolder, 'name' | 'attributes'>> {
  const [folders, kept, links]: [FoundSubfolder[], FoundFile[], FoundLink[]] = [[], [], []];
  const files = createPackedEntries<FoundFile>();
  let fileBytes = 0;
  for await (const entry of folder.walk(options)) {
    if (entry.kind === 'folder') folders.push(entry);
    else if (entry.kind === 'link') links.push(entry);
    else if (entry.kind === 'kept') kept.push(entry);
    else {
      files.add(entry);
      fileBytes += entry.size;
    }
    const count = folders.length + links.length + kept.length + files.count;
    if (count > LIMITS.folderEntries) throw new SealkeepError('FILE_TOO_LARGE', { file: folder.labelOf('') });
  }
  return { folders, files, fileBytes, kept, links };
}

async function withoutLeaving(
  folder: ReadableFolder,
  links: readonly FoundLink[],
  { leaveOut }: WalkOptions,
): Promise<readonly FoundLink[]> {
  // Where the folder is opened, which may be another system, its names are looked at again.
  const leaving = await linksThatLeave(links, { platform, foldsCase: false, foldsForms: false });
  for (const link of leaving) {
    const file = folder.labelOf(link.path);
    leaveOut(file, new SealkeepError('FILE_LINK_LEAVES', { file }));
  }
  return links.filter((link) => !leaving.has(link));
}
