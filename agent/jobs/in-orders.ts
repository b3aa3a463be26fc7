import { setImmediate as breath } from 'node:timers/promises';
import { WHOLE_FILES_PER_ORDER } from '../engine/whole-files.ts';

/** What a worker is to do with many small files at a stretch. */
interface Orders<File, Planned, Done> {
  /** @returns undefined where something is out of the ordinary with the file. */
  plan(file: File): Promise<Planned | undefined>;
  /** @returns what came of those that are done; of the others nothing may be left. */
  run(planned: readonly Planned[]): Promise<readonly (readonly [File, Done])[]>;
}

/**
 * Has small files done in one go, so many at a time that the thread which makes their keys is not held up for long. One by
 * itself goes the way of large ones.
 * @returns what came of those that are done; the others are as if nothing had been tried.
 */
export async function inOrders<File, Planned, Done>(
  files: readonly File[],
  { plan, run }: Orders<File, Planned, Done>,
): Promise<ReadonlyMap<File, Done>> {
  const done = new Map<File, Done>();
  if (files.length < 2) return done;
  const orders: Promise<void>[] = [];
  for (let start = 0; start < files.length; start += WHOLE_FILES_PER_ORDER) {
    const planned = await Promise.all(files.slice(start, start + WHOLE_FILES_PER_ORDER).map(plan));
    const order = run(planned.filter((one) => one !== undefined));
    orders.push(order.then((pairs) => pairs.forEach(([file, outcome]) => void done.set(file, outcome))));
    // Others may want the main thread too.
    await breath();
  }
  await Promise.all(orders);
  return done;
}
