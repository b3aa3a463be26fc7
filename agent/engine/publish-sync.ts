import { linkSync, lstatSync, unlinkSync } from 'node:fs';
import { codeOf } from '../../core/durable/publish.ts';

/** Synced temporary files of one folder that get their names together or not at all. The first name comes first. */
export type Placement = readonly { readonly temporary: string; readonly name: string }[];

/**
 * Gives temporary files their names where that is simple: the names are free and the file system has hard links. Nothing
 * is overwritten.
 * @param isTaken the first look, which saves most of the links that would fail. It holds nothing off: that they overwrite
 *   nothing does.
 * @returns false where nothing was changed.
 */
export function publishSync(files: Placement, isTaken = isAnythingThere): boolean {
  if (files.some(({ name }) => isTaken(name))) return false;
  const linked: string[] = [];
  try {
    for (const { temporary, name } of files) {
      linkSync(temporary, name);
      linked.push(name);
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    for (const name of linked) unlinkSync(name);
    return false;
  }
  for (const { temporary } of files) removeNow(temporary);
  return true;
}

function isAnythingThere(name: string): boolean {
  return lstatSync(name, { throwIfNoEntry: false }) !== undefined;
}

/** The file has its name: a second one that can't be removed now is removed at the next start. */
function removeNow(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}
