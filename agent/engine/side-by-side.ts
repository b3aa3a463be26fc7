/** Small files whose disk work runs side by side. */
const SIDE_BY_SIDE = 8;

/**
 * Runs `work` on each, a few side by side, in order; results in order. An item is asked for when its turn comes. Stops at
 * the first rejection, once none runs any more.
 */
export async function sideBySide<T, R>(
  items: Iterable<T>,
  work: (item: T) => Promise<R>,
  lanes = SIDE_BY_SIDE,
): Promise<R[]> {
  const results = new Map<number, R>();
  const entries = numbered(items);
  const running = Array.from({ length: lanes }, async () => {
    for (const [index, item] of entries) results.set(index, await work(item));
  });
  const outcomes = await Promise.allSettled(running);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return [...results.entries()].sort(([left], [right]) => left - right).map(([, result]) => result);
}

function* numbered<T>(items: Iterable<T>): Generator<readonly [number, T]> {
  let index = 0;
  for (const item of items) yield [index++, item];
}
