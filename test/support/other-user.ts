import { lchown, readdir } from 'node:fs/promises';
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
  // With their types: so links are not followed, which may go round in a circle.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of [folder, ...entries.map(({ parentPath, name }) => path.join(parentPath, name))]) {
    await lchown(file, NOBODY, NOBODY).catch((error: unknown) => {
      // A name that is no text, which some tests make, is found by none.
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
}
