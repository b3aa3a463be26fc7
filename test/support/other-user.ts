import { chown, readdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { codeOf } from '../../core/durable/publish.ts';

const NOBODY = 65_534;

/**
 * Runs `work` as a user whom permissions hold: root, whom they don't, becomes somebody else for as long as it takes.
 * All of the process's threads change with it.
 */
export async function asPlainUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** Makes a folder and all in it the plain user's own, so that nothing but what a test forbids is forbidden. */
export async function giveToPlainUser(folder: string): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const names = await readdir(folder, { recursive: true });
  for (const name of ['', ...names]) {
    await chown(path.join(folder, name), NOBODY, NOBODY).catch((error: unknown) => {
      // A name that is no text, which some tests make, is found by none.
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
}
