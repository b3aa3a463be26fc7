import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../../core/crypto/hash.ts';

/** All of a folder that is to come back: kinds, modes, times to the microsecond, contents, targets. */
export async function folderSnapshot(root: string): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  // Node's own recursive `readdir` goes through links.
  for (const folders = ['']; ; ) {
    const folder = folders.pop();
    if (folder === undefined) return all;
    all[folder] = await lookAt(path.join(root, folder));
    const entries = await readdir(path.join(root, folder), { withFileTypes: true });
    for (const entry of entries) {
      const inside = path.join(folder, entry.name);
      if (entry.isDirectory()) folders.push(inside);
      else all[inside] = await lookAt(path.join(root, inside));
    }
  }
}

async function lookAt(file: string): Promise<unknown> {
  const found = await lstat(file);
  if (found.isSymbolicLink()) return { link: await readlink(file) };
  const mode = (found.mode & 0o7777).toString(8);
  const mtime = Math.round(found.mtimeMs * 1000);
  if (found.isDirectory()) return { kind: 'folder', mode, mtime };
  if (!found.isFile()) return { kind: 'other' };
  return {
    kind: 'file',
    mode,
    mtime,
    size: found.size,
    sha256: sha256(await readFile(file)).toString('hex'),
  };
}
