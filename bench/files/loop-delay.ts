import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Figure, inTurn, median } from '../support/figures.ts';
import { writeRandomFile } from '../support/random-file.ts';
import type { Sealer } from './sealer.ts';
import { writeMany } from './small-files.ts';

/** The histogram's timer fires this often: so much is no delay. */
const EVERY_MS = 5;

/** How late the agent's main thread is while a large file, or many small ones, are sealed and opened. */
export async function measureLoopDelay(sealer: Sealer, folder: string): Promise<Figure[]> {
  const large = path.join(folder, 'delay.bin');
  await mkdir(folder, { recursive: true });
  await writeRandomFile(large, 2 ** 30);
  const many = await writeMany(path.join(folder, 'many'), 5000);
  const delays = await inTurn(['one file of 1 GiB', '5,000 files'] as const, async (way) => {
    const out = path.join(folder, 'out');
    await mkdir(out);
    const histogram = monitorEventLoopDelay({ resolution: EVERY_MS });
    histogram.enable();
    const sealed = await sealer.seal(way === '5,000 files' ? many : [large], out);
    await sealer.open(sealed, out);
    histogram.disable();
    await rm(out, { recursive: true });
    const milliseconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - EVERY_MS);
    return { p99: milliseconds(histogram.percentile(99)), longest: milliseconds(histogram.max) };
  });
  await rm(folder, { recursive: true });
  return Object.entries(delays).map(([way, all]) => ({
    work: `event-loop delay p99 while jobs run, ${way}`,
    measured: median(all.map(({ p99 }) => p99)),
    budget: 20,
    limit: 'at most',
    unit: 'ms',
    beside: `longest ${median(all.map(({ longest }) => longest)).toFixed(1)} ms`,
  }));
}
