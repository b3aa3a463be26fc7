import { setImmediate as breath } from 'node:timers/promises';

/** So many take a millisecond or two where each takes a few steps. */
const AT_ONCE = 500;

/** Gives items in parts, between which whoever else wants the thread has it. */
export async function* inBreaths<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    yield items.slice(start, start + AT_ONCE);
    await breath();
  }
}
