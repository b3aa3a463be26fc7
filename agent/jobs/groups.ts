import type { WorkerPool } from '../engine/worker-pool.ts';

/** Files of one group share their calls to KMS and cloud, and appear together. */
const GROUP_FILES = 250;
/** A group holds no more than this, but for a single file, so that nobody waits long for a small one's result. */
const GROUP_BYTES = 64 * 1024 * 1024;

/** While one group waits for the servers or the disk the threads have others to encrypt. */
export function groupsAtOnce({ pool }: { readonly pool: Pick<WorkerPool, 'size'> }): number {
  return pool.size + 1;
}

/** Cuts files into groups, in order, each when it is asked for. */
export function* groupsOf<T extends { readonly size: number }>(files: Iterable<T>): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const file of files) {
    const isFull = group.length === GROUP_FILES || bytes + file.size > GROUP_BYTES;
    if (isFull && group.length > 0) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(file);
    bytes += file.size;
  }
  if (group.length > 0) yield group;
}

/** Cuts what has no size yet into groups of as many. */
export function* batchesOf<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < GROUP_FILES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
