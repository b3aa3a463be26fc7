import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../core/durable/publish.ts';

const REFUSED = new Set(['EACCES', 'EPERM']);

/**
 * Removes a file, or a folder with all that is in it, following no link. A folder that its owner made read-only, as one
 * that was restored may be, does not let go of its content until it is writable again.
 * @throws the system's error; none where nothing is there.
 */
export async function removeTree(target: string): Promise<void> {
  try {
    await rm(target, { recursive: true, force: true });
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || !REFUSED.has(code) || !(await lstat(target)).isDirectory()) throw error;
    await makeWritable(target);
    await rm(target, { recursive: true, force: true });
  }
}

async function makeWritable(top: string): Promise<void> {
  for (const folders = [top]; ; ) {
    const folder = folders.pop();
    if (folder === undefined) return;
    await chmod(folder, 0o700);
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries) if (entry.isDirectory()) folders.push(path.join(folder, entry.name));
  }
}
