import type { Progress } from './progress-line.ts';

/** Rate and time left are of the last seconds: what a disk did a minute ago says little. */
const WINDOW_MS = 5000;
/** Before that there is nothing to go by. */
const SOONEST_MS = 500;

/** Adds up how far the files of a job are. */
export interface ProgressCount {
  /** @param total of this file; it may be known better than when the job was planned. */
  progress(name: string, bytes: number, total: number | undefined): void;
  /** The file is done, or will never be. */
  settle(name: string): void;
  /** Whether anything is still to be done. */
  isOpen(): boolean;
  read(): Progress;
}

/**
 * @param sizes of each file and folder of the job, by the names that it uses; undefined where it is not known yet. Other
 *   names are parts of one of these, and are not counted.
 * @param now in milliseconds.
 */
export function createProgressCount(
  sizes: ReadonlyMap<string, number | undefined>,
  now: () => number,
): ProgressCount {
  const totals = new Map(sizes);
  const running = new Map<string, number>();
  let unknown = [...totals.values()].filter((size) => size === undefined).length;
  let total = [...totals.values()].reduce<number>((sum, size) => sum + (size ?? 0), 0);
  let done = 0;
  let bytes = 0;
  let name = totals.keys().next().value ?? '';
  const samples = [{ at: now(), bytes: 0 }];

  function resize(file: string, size: number | undefined): void {
    const before = totals.get(file);
    if (before === size || size === undefined) return;
    if (before === undefined) unknown -= 1;
    total += size - (before ?? 0);
    totals.set(file, size);
  }

  function move(file: string, to: number): void {
    bytes += to - (running.get(file) ?? 0);
    running.set(file, to);
    name = file;
  }

  function rate(): number | undefined {
    const at = now();
    samples.push({ at, bytes });
    while (samples.length > 2 && at - (samples[1]?.at ?? at) >= WINDOW_MS) samples.shift();
    const [first] = samples;
    const ms = first ? at - first.at : 0;
    return first && ms >= SOONEST_MS ? ((bytes - first.bytes) / ms) * 1000 : undefined;
  }

  return {
    progress(file, to, size) {
      if (!totals.has(file)) return;
      resize(file, size);
      move(file, to);
    },
    settle(file) {
      if (!totals.has(file)) return;
      // What was left out counts as well, or the bar would never be full.
      resize(file, totals.get(file) ?? running.get(file) ?? 0);
      move(file, totals.get(file) ?? 0);
      done += 1;
    },
    isOpen: () => done < totals.size,
    read: () => ({
      name,
      done,
      items: totals.size,
      bytes,
      total: unknown > 0 ? undefined : total,
      rate: rate(),
    }),
  };
}
