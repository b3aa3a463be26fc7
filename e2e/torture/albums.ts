import { chmod, copyFile, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { folderSnapshot } from '../../test/support/folder-snapshot.ts';
import { bytesOf } from './tree.ts';

const MIB = 1024 * 1024;
const ALBUMS = ['holiday', 'cafe\u0301 🦭', 'an album (2)'];
const PICTURES = 24;
const OLD = 1_234_567_890.123456;

type Snapshot = Awaited<ReturnType<typeof folderSnapshot>>;
/** Original folders by path, with all that they are. */
export type Albums = ReadonlyMap<string, Snapshot>;

/**
 * Writes folders with what a manifest has to carry: empty folders, links, hidden files, modes, times, and pairs that were
 * sealed before.
 * @param pairs where such lie.
 */
export async function writeAlbums(folder: string, pairs: string): Promise<Albums> {
  const albums = new Map<string, Snapshot>();
  const [enc = '', key = ''] = (await readdir(pairs)).filter((name) => name.startsWith('empty.'));
  for (const [index, name] of ALBUMS.entries()) {
    const at = (...steps: string[]) => path.join(folder, name, ...steps);
    await mkdir(at('deep', 'er', 'empty'), { recursive: true });
    for (let picture = 0; picture < PICTURES; picture += 1)
      await writeFile(at('deep', `${picture}.jpg`), bytesOf(900 + 41 * picture, 1000 * index + picture));
    await writeFile(at('film.mp4'), bytesOf(3 * MIB + index, 5000 + index));
    await writeFile(at('deep', 'er', '.hidden'), name);
    for (const half of [enc, key]) await copyFile(path.join(pairs, half), at(half));
    await symlink('deep/3.jpg', at('cover'));
    await chmod(at('film.mp4'), 0o440);
    for (const old of [at('film.mp4'), at('deep', 'er'), at()]) await utimes(old, OLD, OLD);
    albums.set(at(), await folderSnapshot(at()));
  }
  return albums;
}
