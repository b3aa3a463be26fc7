import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { syncFolder } from '../../core/durable/folder.ts';
import { lstatOrNothing } from '../../core/durable/lstat.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { nameError } from '../engine/file-errors.ts';
import { freeNumber, LAST_NUMBER } from '../engine/free-number.ts';
import { nameWithRoomFor } from '../engine/pair-name.ts';
import { removeTree } from '../engine/remove-tree.ts';
import type { Temporaries } from '../engine/temporaries.ts';
import { cleanedUp } from '../engine/temporary-file.ts';
import { renameFolder } from './rename-folder.ts';

export interface FolderToBuild {
  /** Where it is to appear. */
  readonly parent: string;
  readonly name: string;
  /** Stays last, also behind a number: `photos (2).sealed`. */
  readonly ending: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds a folder under a temporary name, for its owner alone, and gives it its own only when it is whole. Nothing is
 * overwritten, and when this returns the name is durable.
 * @param fill makes what is in it, and makes that durable.
 * @returns its path, and what `fill` returned.
 * @throws SealkeepError OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE, FILE_NAME_REFUSED, JOB_CANCELLED, and whatever `fill`
 *   throws; nothing is left then.
 */
export async function buildFolder<T>(
  temporaries: Temporaries,
  folder: FolderToBuild,
  fill: (root: string) => Promise<T>,
): Promise<{ readonly out: string; readonly filled: T }> {
  const { parent, signal } = folder;
  const temporary = await temporaries.nameIn(parent);
  try {
    await mkdir(temporary, { mode: 0o700 });
    const filled = await fill(temporary);
    if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
    const out = await publishFolder(temporaries, temporary, folder);
    await syncFolder(parent).catch(async (error: unknown) => {
      await removeTree(out);
      throw error;
    });
    return { out, filled };
  } catch (error) {
    throw await cleanedUp(nameError(error, folder.name), temporary, parent);
  }
}

async function publishFolder(
  temporaries: Temporaries,
  temporary: string,
  { parent, name, ending }: FolderToBuild,
): Promise<string> {
  const targetWith = (number: number) => {
    const tail = (number === 1 ? '' : ` (${number})`) + ending;
    return path.join(parent, nameWithRoomFor(tail.length, name) + tail);
  };
  const isTaken = async (number: number) => (await lstatOrNothing(targetWith(number))) !== undefined;
  for (let number = await freeNumber(isTaken); number <= LAST_NUMBER; number += 1) {
    const target = targetWith(number);
    const take = async () => renameFolder(temporary, target);
    // On Windows nothing empty takes the name first, so none that is found there would be ours.
    if (await (platform === 'win32' ? take() : temporaries.claim(target, temporary, take))) return target;
  }
  throw new SealkeepError('FILE_NAME_REFUSED', { name });
}
