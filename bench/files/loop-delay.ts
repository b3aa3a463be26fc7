import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Figure, inTurn, median } from '../support/figures.ts';
import { writeRandomFile } from '../support/random-file.ts';
import type { Sealer } from './sealer.ts';
import { writeMany } from './small-files.ts';

/** The histogram's timer fires this often: so much is no delay. */
const EVERY_MS = 5;

/** How late the agent's main thread is while a large file, many small ones, or a folder of them are sealed and opened. */
export async function measureLoopDelay(sealer: Sealer, folder: string): Promise<Figure[]> {
  const large = path.join(folder, 'delay.bin');
  await mkdir(folder, { recursive: true });
  await writeRandomFile(large, 2 ** 30);
  const many = path.join(folder, 'many');
  const files = await writeMany(many, 5000);
  const ways = {
    'one file of 1 GiB': async (out: string) => sealer.open(await sealer.seal([large], out), out),
    '5,000 files': async (out: string) => sealer.open(await sealer.seal(files, out), out),
    'a folder of 5,000 files': async (out: string) =>
      sealer.openFolder(await sealer.sealFolder(many, out), out),
  };
  const names = Object.keys(ways) as (keyof typeof ways)[];
  const delays = await inTurn(names, async (way) => {
    const out = path.join(folder, 'out');
    await mkdir(out);
    const histogram = monitorEventLoopDelay({ resolution: EVERY_MS });
    histogram.enable();
    await ways[way](out);
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
