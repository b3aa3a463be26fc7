import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { randomId } from '../crypto/random.ts';
import { syncFolder } from './folder.ts';

/** A name beside `target` that nothing else uses; what is left of it after a crash is known by its ending. */
export function temporaryName(target: string): string {
  return path.join(path.dirname(target), `.${randomId()}.sealkeep-tmp`);
}

/**
 * Replaces a small file's content: after a crash the old content is there or the new one, whole.
 * @param mode permission bits of the file; the default lets only its owner read it.
 */
export async function writeFileDurably(
  target: string,
  content: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  const temporary = temporaryName(target);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(target));
}
