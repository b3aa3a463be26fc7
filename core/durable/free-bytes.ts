import { statfs } from 'node:fs/promises';
import { codeOf } from './publish.ts';

/**
 * The room that is left for this user in a folder's file system. It is a look only: others write meanwhile, and a quota is
 * not seen.
 * @returns undefined where the system does not say.
 */
export type FreeBytes = (folder: string) => Promise<bigint | undefined>;

/** As the system says. */
export const freeBytes: FreeBytes = async (folder) => {
  try {
    const { bavail, bsize, blocks } = await statfs(folder, { bigint: true });
    // Some network drives and /proc know of no blocks at all.
    return blocks === 0n ? undefined : bavail * bsize;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
};
