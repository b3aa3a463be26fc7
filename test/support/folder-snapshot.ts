import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../../core/crypto/hash.ts';

/** All of a folder that is to come back: kinds, modes, times to the microsecond, contents, targets. */
export async function folderSnapshot(root: string): Promise<Record<string, unknown>> {
  const names = await readdir(root, { recursive: true });
  const all: Record<string, unknown> = {};
  for (const name of ['', ...names.sort()]) all[name] = await lookAt(path.join(root, name));
  return all;
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
