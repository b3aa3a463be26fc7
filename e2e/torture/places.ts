import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** Where the agent that is killed works; all of it is one person's. */
export const places = z.object({
  home: z.string(),
  /** The originals; pairs appear beside them. */
  tree: z.string(),
  /** Pairs appear here, too. */
  pairs: z.string(),
  /** Pairs that were there before. */
  sealed: z.string(),
  /** What is opened of those. */
  opened: z.string(),
  /** Original folders; sealed ones appear beside them. */
  albums: z.string(),
  /** Folders that were sealed before. */
  sealedAlbums: z.string(),
  /** What is opened of those. */
  openedAlbums: z.string(),
  /** `$XDG_DATA_HOME`, with the trash in it. */
  data: z.string(),
});

export type Places = z.output<typeof places>;

/** What the agent says on standard output of what it does. */
export const STAGES = [
  'sealing',
  'opening',
  'proving',
  'trashing',
  'sealing a folder',
  'opening a folder',
  'proving a folder',
  'trashing a folder',
] as const;
export type Stage = (typeof STAGES)[number];

const TEMPORARY = '.sealkeep-tmp';

/** Every file below a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .sort();
}

export function isTemporary(file: string): boolean {
  return file.endsWith(TEMPORARY);
}
