import { rename, rm } from 'node:fs/promises';
import { lstatOrNothing } from '../../core/durable/lstat.ts';
import { publishFile } from '../../core/durable/publish.ts';
import type { Placement } from './publish-sync.ts';
import type { Temporaries } from './temporaries.ts';

/**
 * Gives temporary files their names, all or none; nothing is overwritten. A pair's `.enc` comes first: alone it opens by
 * the registry's copy of its key, while a `.key` alone is litter.
 * @param isTaken the first look, without which more would get names that are taken back.
 * @returns false where one of the names is taken; all temporary files are still there then.
 * @throws the system's error; none has its name then.
 */
export async function placeTogether(
  temporaries: Pick<Temporaries, 'claim'>,
  placement: Placement,
  isTaken = isAnyTaken,
): Promise<boolean> {
  if (await isTaken(placement)) return false;
  const placed: (typeof placement)[number][] = [];
  try {
    for (const file of placement) {
      if (!(await publishFile(file.temporary, file.name, temporaries))) {
        for (const { name, temporary } of placed) await rename(name, temporary);
        return false;
      }
      placed.push(file);
    }
    return true;
  } catch (error) {
    for (const { name } of placed) await rm(name, { force: true });
    throw error;
  }
}

export async function isAnyTaken(placement: Placement): Promise<boolean> {
  for (const { name } of placement) if (await lstatOrNothing(name)) return true;
  return false;
}
