import { lstatSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { platform } from 'node:process';
import { codeOf } from '../../core/durable/publish.ts';
import { CLAIM_MODE } from '../engine/claims.ts';

/**
 * Gives a folder another name on its file system, without replacing anything. POSIX lets a folder take the name of an empty
 * one: so that it can only be ours, the name is taken first, by one that is known by its mode where the file system keeps
 * modes (`Temporaries.claim`). The two steps follow each other at once.
 * @returns false where the name is taken.
 */
export function renameFolder(from: string, to: string): boolean {
  if (lstatSync(to, { throwIfNoEntry: false })) return false;
  if (platform === 'win32') {
    // It never replaces a folder.
    renameSync(from, to);
    return true;
  }
  if (!isFree(() => mkdirSync(to, CLAIM_MODE))) return false;
  try {
    return isFree(() => renameSync(from, to));
  } catch (error) {
    rmdirSync(to);
    throw error;
  }
}

const TAKEN = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR']);

function isFree(take: () => void): boolean {
  try {
    take();
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && TAKEN.has(code)) return false;
    throw error;
  }
}
