import { lstat, mkdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { lstatOrNothing } from '../../core/durable/lstat.ts';
import { type Claim, codeOf } from '../../core/durable/publish.ts';

/** Nobody else makes a folder that not even its owner may look into, and a claim's is there for a moment only. */
export const CLAIM_MODE = 0;

/** What a run has on record of the name that it is taking. */
export const claimRecord = z.strictObject({
  /** The name, which something empty may keep. */
  claim: z.string(),
  /** What is to have it, as long as it is there. */
  for: z.string(),
});
export type ClaimRecord = z.infer<typeof claimRecord>;

/**
 * Claims of one process, one after the other: of all that it ever took, only the last name may be kept by something empty,
 * and the record stays small.
 * @param write replaces the record, durably.
 */
export function createClaims(write: (text: string) => Promise<void>): Claim {
  let last: Promise<unknown> = Promise.resolve();

  return (target, temporary, take) => {
    const next = last.then(async () => {
      // What has the name before it is on record is not ours.
      if (await lstatOrNothing(target)) return false;
      const record: ClaimRecord = { claim: path.resolve(target), for: path.resolve(temporary) };
      await write(JSON.stringify(record));
      const isTaken = await take();
      if (!isTaken) await write('');
      return isTaken;
    });
    last = next.catch(() => undefined);
    return next;
  };
}

const NO_CLAIM = new Set(['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST']);

/**
 * Removes what keeps a name for something that never got it; anything else under that name stays.
 * @param hasModes whether the file system there keeps modes (`keepsModes`).
 */
export async function removeClaimed(
  { claim, for: temporary }: ClaimRecord,
  hasModes: () => Promise<boolean>,
): Promise<void> {
  try {
    // Where it is gone it has its name.
    await lstat(temporary);
    const found = await lstat(claim);
    if (found.isDirectory()) {
      if ((found.mode & 0o777) === CLAIM_MODE || !(await hasModes())) await rmdir(claim);
    } else if (found.isFile() && found.size === 0) await rm(claim);
  } catch (error) {
    if (!NO_CLAIM.has(codeOf(error) ?? '')) throw error;
  }
}

/**
 * Whether a file system does: FAT and its like have one mode for everything.
 * @param probe a path there that nothing uses.
 */
export async function keepsModes(probe: string): Promise<boolean> {
  await mkdir(probe, CLAIM_MODE);
  try {
    return ((await lstat(probe)).mode & 0o777) === CLAIM_MODE;
  } finally {
    await rmdir(probe);
  }
}
