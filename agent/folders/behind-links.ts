import path from 'node:path';
import { lstatOrNothing } from '../../core/durable/lstat.ts';
import { parentOf } from '../../shared/names/folder-path.ts';
import { inputError } from '../engine/file-errors.ts';
import { inBreaths } from '../engine/in-breaths.ts';
import { sideBySide } from '../engine/side-by-side.ts';

/**
 * Which paths in a tree lead through something that is no folder, as a link is, though one may be behind it: who reads or
 * writes there does so somewhere else. What is not there at all is none of them.
 * @param paths inside the tree.
 * @returns what is no folder, as a path inside the tree, by the folder that such a path lies in.
 * @throws SealkeepError FILE_NOT_READABLE
 */
export async function foldersBehindLinks(
  root: string,
  paths: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const looks = new Map<string, Promise<string | undefined>>([['', Promise.resolve(undefined)]]);
  function otherOnTheWayTo(folder: string): Promise<string | undefined> {
    const known = looks.get(folder);
    if (known) return known;
    const look = otherOnTheWayTo(parentOf(folder)).then(
      async (above) => above ?? ((await isOther(path.join(root, folder))) ? folder : undefined),
    );
    looks.set(folder, look);
    return look;
  }

  const folders = new Set<string>();
  for await (const some of inBreaths(paths)) for (const one of some) folders.add(parentOf(one));
  const behind = new Map<string, string>();
  await sideBySide([...folders], async (folder) => {
    const other = await otherOnTheWayTo(folder);
    if (other !== undefined) behind.set(folder, other);
  });
  return behind;
}

async function isOther(folder: string): Promise<boolean> {
  const found = await lstatOrNothing(folder).catch((error: unknown) => {
    throw inputError(error, folder);
  });
  return found !== undefined && !found.isDirectory();
}
