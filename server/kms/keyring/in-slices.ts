import { setImmediate } from 'node:timers/promises';

/** About 3 ms of work on keys: a batch of 1,000 must not hold the event loop for more than 10 ms at a stretch. */
const SLICE = 100;

/** Parts of a long list, with the event loop let go between them. */
export async function* sliced<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < items.length; start += SLICE) {
    if (start > 0) await setImmediate();
    yield items.slice(start, start + SLICE);
  }
}

/** `Array.map` with the event loop let go now and then. */
export async function mapInSlices<T, Result>(
  items: readonly T[],
  transform: (item: T) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for await (const some of sliced(items)) results.push(...some.map(transform));
  return results;
}
