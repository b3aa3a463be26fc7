import { open, stat } from 'node:fs/promises';
import { MAGIC_BYTES, startsLikeSealed } from '../../../shared/formats/prelude.ts';
import { ENC_ENDING, KEY_ENDING } from '../../../shared/names/file-name.ts';
import { sideBySide } from '../../engine/side-by-side.ts';
import { readAt } from '../../engine/source-file.ts';
import type { FolderSource } from '../../folders/readable-folder.ts';
import { MANIFEST_ENC, manifestPathOf } from '../../jobs/open-manifest.ts';
import type { OfferedFile } from '../file-refs.ts';

/** One file or folder of a drop, with the `.key` that came with it. */
export interface PlannedFile {
  readonly file: OfferedFile;
  readonly isSealed: boolean;
  readonly key: OfferedFile | undefined;
}

/**
 * What a drop's files are: sealed ones by their name or, where a path lets one look, by how they begin; a `.key` goes
 * with the `.enc` of the same name; anything else is plain, also a `.key` that comes alone.
 */
export async function planDrop(files: readonly OfferedFile[]): Promise<PlannedFile[]> {
  const stems = new Set(files.filter(isNamedSealed).map(({ name }) => stemOf(name, ENC_ENDING)));
  const isPartner = ({ name }: OfferedFile) =>
    name.endsWith(KEY_ENDING) && stems.has(stemOf(name, KEY_ENDING));
  const keys = new Map(files.filter(isPartner).map((file) => [stemOf(file.name, KEY_ENDING), file]));
  const rest = files.filter((file) => !isPartner(file));
  return sideBySide(rest, async (file) => {
    const isNamed = isNamedSealed(file);
    const key = isNamed ? keys.get(stemOf(file.name, ENC_ENDING)) : undefined;
    return { file, isSealed: isNamed || (await beginsSealed(file)), key };
  });
}

function isNamedSealed({ name, isFolder: isDirectory }: OfferedFile): boolean {
  return !isDirectory && name.endsWith(ENC_ENDING);
}

function stemOf(name: string, ending: string): string {
  return name.slice(0, -ending.length);
}

export interface PlannedFolder extends PlannedFile {
  readonly file: OfferedFile & { readonly source: FolderSource };
}

/** Folders are a job each. */
export function isFolder(planned: PlannedFile): planned is PlannedFolder {
  return planned.file.isFolder;
}

async function isSealedFolder(folder: string): Promise<boolean> {
  const manifest = await stat(manifestPathOf(folder)).catch(() => undefined);
  return manifest?.isFile() ?? false;
}

/** What can't be read here fails in its job, which says so. */
async function beginsSealed({ source, isFolder: isDirectory }: OfferedFile): Promise<boolean> {
  if (typeof source !== 'string') return 'entries' in source && Boolean(source.entries.get(MANIFEST_ENC));
  if (isDirectory) return isSealedFolder(source);
  const handle = await open(source, 'r').catch(() => undefined);
  if (!handle) return false;
  try {
    return startsLikeSealed(await readAt(handle, source, MAGIC_BYTES, 0).catch(() => new Uint8Array()));
  } finally {
    await handle.close();
  }
}
