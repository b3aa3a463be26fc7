import process from 'node:process';

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
