/** Files of one group share their calls to KMS and cloud, and appear together. */
const GROUP_FILES = 250;
/** A group holds no more than this, but for a single file, so that nobody waits long for a small one's result. */
const GROUP_BYTES = 64 * 1024 * 1024;
/** Small files of a group whose disk work runs side by side. */
const SIDE_BY_SIDE = 8;

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

/** Runs `work` on each, a few side by side; results in order. Stops at the first rejection, once none runs any more. */
export async function sideBySide<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  const entries = items.entries();
  const lanes = Array.from({ length: Math.min(SIDE_BY_SIDE, items.length) }, async () => {
    for (const [index, item] of entries) results.set(index, await work(item));
  });
  const outcomes = await Promise.allSettled(lanes);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return [...results.entries()].sort(([left], [right]) => left - right).map(([, result]) => result);
}
