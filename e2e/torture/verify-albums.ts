import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Agent } from '../../agent/agent.ts';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import { SEALED_ENDING } from '../../shared/names/endings.ts';
import { folderSnapshot } from '../../test/support/folder-snapshot.ts';
import type { Albums } from './albums.ts';
import { assertThat } from './assert-that.ts';
import { isTemporary, type Places } from './places.ts';

export interface KnownAlbums {
  readonly places: Places;
  readonly albums: Albums;
  readonly reader: Agent;
  readonly scratch: string;
}

/** What a kill left of folders, all of it as it has to be. */
export interface FoundAlbums {
  readonly sealedFolders: number;
  readonly openedFolders: number;
  readonly trashedFolders: number;
}

/**
 * Looks through all folders after a kill: originals are whole, in their place or in the trash, which has them only where a
 * sealed one opens to all that they are.
 * @param trashed what is in the trash, by where it was.
 * @throws Error that says what is lost, half or not known.
 */
export async function verifyAlbums(
  known: KnownAlbums,
  trashed: ReadonlyMap<string, string>,
): Promise<FoundAlbums> {
  const { places, albums } = known;
  const names = await namesIn(places.albums);
  const sealed = names.filter((name) => name.endsWith(SEALED_ENDING));
  const readable = new Set<string>();
  for (const name of sealed) readable.add(await openedAlbum(known, name));
  for (const name of names)
    assertThat(sealed.includes(name) || albums.has(path.join(places.albums, name)), 'nobody knows', name);
  for (const [album, snapshot] of albums) {
    const inTrash = trashed.get(album);
    const isThere = names.includes(path.basename(album));
    assertThat(isThere !== (inTrash !== undefined), 'not in exactly one of its place and the trash', album);
    const found = await folderSnapshot(inTrash ?? album);
    assertThat(isDeepStrictEqual(found, snapshot), 'an original folder is not whole', album);
    if (inTrash) assertThat(readable.has(album), 'in the trash, and no sealed folder opens to it', album);
  }
  const opened = await namesIn(places.openedAlbums);
  for (const name of opened) await assertOpened(known, path.join(places.openedAlbums, name));
  return {
    sealedFolders: sealed.length,
    openedFolders: opened.length,
    trashedFolders: [...albums.keys()].filter((album) => trashed.has(album)).length,
  };
}

/** Unfinished folders, and names that were taken for such. */
export async function unfinishedAlbums({ albums, openedAlbums }: Places): Promise<string[]> {
  const unfinished: string[] = [];
  for (const folder of [albums, openedAlbums]) {
    const finished = await namesIn(folder);
    for (const name of await readdir(folder))
      if (!finished.includes(name)) unfinished.push(path.join(folder, name));
  }
  return unfinished;
}

/** Puts back what is in the trash and removes what was made. */
export async function putAlbumsBack(
  { places, albums }: Pick<KnownAlbums, 'places' | 'albums'>,
  trashed: ReadonlyMap<string, string>,
): Promise<void> {
  for (const album of albums.keys()) {
    const inTrash = trashed.get(album);
    if (inTrash) await rename(inTrash, album);
  }
  for (const name of await namesIn(places.albums))
    if (name.endsWith(SEALED_ENDING)) await rm(path.join(places.albums, name), { recursive: true });
  for (const name of await namesIn(places.openedAlbums))
    await rm(path.join(places.openedAlbums, name), { recursive: true });
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await readdir(folder)) {
    const { mode } = await lstat(path.join(folder, name));
    // No permissions at all: it only keeps the name.
    if (!isTemporary(name) && (mode & 0o777) !== 0) names.push(name);
  }
  return names;
}

/** Opens a sealed folder with keys that the KMS unwraps. @returns the album that it is. */
async function openedAlbum(known: KnownAlbums, name: string): Promise<string> {
  const { places, reader, scratch } = known;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  const source = path.join(places.albums, name);
  const opened = await openFolder(
    reader.jobs,
    { source, folder: scratch },
    {
      finished: () => undefined,
      progress: () => undefined,
      failed(file, error) {
        throw new Error(`a sealed folder under a real name does not open: ${file}`, { cause: error });
      },
    },
  );
  return assertOpened(known, opened?.out ?? '');
}

/** A name may have a number; what lies there has to be all that the album of that name is. @returns which. */
async function assertOpened({ albums }: Pick<KnownAlbums, 'albums'>, folder: string): Promise<string> {
  const found = await folderSnapshot(folder);
  const [album = ''] = [...albums].find(([, snapshot]) => isDeepStrictEqual(snapshot, found)) ?? [];
  assertThat(album !== '', 'half a folder under a real name', folder);
  const isNamedSo = path.basename(folder).startsWith(path.basename(album));
  assertThat(isNamedSo, 'another folder’s content under a real name', folder);
  return album;
}
