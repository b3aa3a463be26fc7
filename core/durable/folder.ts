import { mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { codeOf } from './publish.ts';

/** Makes a folder's entries durable: what was renamed, linked or removed in it stays so when the power goes. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no way to sync a folder, and journals its entries itself.
  if (platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder, and those above it that are missing, and makes their entries durable: a synced file in a folder that
 * the power took is gone as well. Node's own recursive `mkdir` asks for ever where a file system answers ENOENT to a new
 * folder, as /proc does.
 * @param mode permission bits; the default lets only the owner in.
 * @throws the system's error; EEXIST where something else has the name.
 */
export async function makeFolder(folder: string, mode = 0o700, sync = syncFolder): Promise<void> {
  const parent = path.dirname(path.resolve(folder));
  try {
    if (!(await makeOne(folder, mode))) return;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent, mode, sync);
    await makeOne(folder, mode);
  }
  await sync(parent);
}

/** @returns false where it was there, or somebody else made it at the same time. */
async function makeOne(folder: string, mode: number): Promise<boolean> {
  try {
    await mkdir(folder, mode);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error;
    return false;
  }
}
