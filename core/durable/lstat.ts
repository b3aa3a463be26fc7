import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { codeOf } from './publish.ts';

/** What lies at a path, a link as itself; undefined where nothing does. */
export async function lstatOrNothing(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
