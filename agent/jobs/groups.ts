import type { WorkerPool } from '../engine/worker-pool.ts';

/** Files of one group share their calls to KMS and cloud, and appear together. */
const GROUP_FILES = 250;
/** A group holds no more than this, but for a single file, so that nobody waits long for a small one's result. */
const GROUP_BYTES = 64 * 1024 * 1024;

/** While one group waits for the servers or the disk the threads have others to encrypt. */
export function groupsAtOnce({ pool }: { readonly pool: Pick<WorkerPool, 'size'> }): number {
  return pool.size + 1;
}

/** Cuts files into groups, in order. */
export function groupsOf<T extends { readonly size: number }>(files: readonly T[]): T[][] {
  const groups: T[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = groups.at(-1);
    if (last && last.length < GROUP_FILES && bytes + file.size <= GROUP_BYTES) {
      last.push(file);
      bytes += file.size;
    } else {
      groups.push([file]);
      bytes = file.size;
    }
  }
  return groups;
}

/** Cuts what has no size yet into groups of as many. */
export function batchesOf<T>(items: readonly T[]): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < items.length; start += GROUP_FILES)
    batches.push(items.slice(start, start + GROUP_FILES));
  return batches;
}
