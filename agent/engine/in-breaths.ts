import { setImmediate as breath } from 'node:timers/promises';

/** So many take a millisecond or two where each takes a few steps. */
const AT_ONCE = 500;

/** Gives items in parts, between which whoever else wants the thread has it. */
export async function* inBreaths<T>(items: Iterable<T>): AsyncGenerator<readonly T[]> {
  let some: T[] = [];
  for (const item of items) {
    some.push(item);
    if (some.length < AT_ONCE) continue;
    yield some;
    some = [];
    await breath();
  }
  yield some;
}
