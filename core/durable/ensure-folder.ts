import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from './folder.ts';

/**
 * Makes a folder that only its owner can read, and every folder above it that is missing, and makes their entries
 * durable: a synced file in a folder that the power took is gone as well.
 */
export async function ensureFolder(folder: string, sync = syncFolder): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const stop = path.dirname(path.resolve(first));
  for (let parent = path.dirname(path.resolve(folder)); ; parent = path.dirname(parent)) {
    await sync(parent);
    if (parent === stop) return;
  }
}
