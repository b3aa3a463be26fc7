import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { sealToTemporary } from '../../agent/engine/seal-file.ts';
import { createWorkerPool } from '../../agent/engine/worker-pool.ts';
import { newDek } from '../../core/crypto/file-key.ts';
import { encodePrelude } from '../../shared/formats/prelude.ts';
import { inTurn, median } from '../support/figures.ts';
import { copyAndDelete, writeRandomFile } from '../support/random-file.ts';
import { timed } from './large-file.ts';
import { SEGMENT_WORKER, type Sealer } from './sealer.ts';
import { writeMany } from './small-files.ts';

/** How cost grows, as lines to print: there is no budget for it. */
export interface Growth {
  readonly of: string;
  readonly amount: string;
  readonly milliseconds: number;
  readonly rate: string;
}

const SIZES = [1e3, 64e3, 1e6, 16e6, 256e6, 2e9];
const COUNTS = [1, 10, 100, 1000, 10_000];
const WORKER_BYTES = 2 ** 29;
const number = new Intl.NumberFormat('en');

/** @param isLarge 100,000 files too. */
export async function measureGrowth(
  sealer: Sealer,
  folder: string,
  { isLarge }: { readonly isLarge: boolean },
): Promise<Growth[]> {
  await mkdir(folder, { recursive: true });
  const lines = [
    ...(await bySize(sealer, folder)),
    ...(await byCount(sealer, folder, isLarge ? [...COUNTS, 100_000] : COUNTS)),
    ...(await byWorkers(sealer, folder)),
  ];
  await rm(folder, { recursive: true });
  return lines;
}

async function bySize(sealer: Sealer, folder: string): Promise<Growth[]> {
  const lines: Growth[] = [];
  for (const bytes of SIZES) {
    const file = path.join(folder, 'size.bin');
    await writeRandomFile(file, bytes);
    const milliseconds = await sealing(sealer, [file], folder, () => copyAndDelete(file));
    await rm(file);
    const rate = `${number.format(Math.round(bytes / 1e3 / milliseconds))} MB/s`;
    lines.push({ of: 'bytes of one file', amount: number.format(bytes), milliseconds, rate });
  }
  return lines;
}

async function byCount(sealer: Sealer, folder: string, counts: readonly number[]): Promise<Growth[]> {
  const lines: Growth[] = [];
  for (const count of counts) {
    const from = path.join(folder, 'count');
    const sources = await writeMany(from, count);
    const milliseconds = await sealing(sealer, sources, folder, async () => undefined);
    await rm(from, { recursive: true });
    const rate = `${number.format(Math.round((count * 1000) / milliseconds))} files/s`;
    lines.push({ of: 'files of 4 KiB', amount: number.format(count), milliseconds, rate });
  }
  return lines;
}

/** The engine alone: what the servers do does not change with its workers. */
async function byWorkers(sealer: Sealer, folder: string): Promise<Growth[]> {
  const source = path.join(folder, 'workers.bin');
  await writeRandomFile(source, WORKER_BYTES);
  const sizes = Array.from({ length: Math.max(3, availableParallelism()) }, (_, index) => index + 1);
  const prelude = encodePrelude({
    resource_name: '//sealkeep/bench/workers',
    kacls_url: 'https://bench.invalid',
  });
  const dek = newDek();
  const { engine } = sealer.agent.jobs;
  const pools = new Map(
    sizes.map((size) => [String(size), createWorkerPool({ workerUrl: SEGMENT_WORKER, size })]),
  );
  const times = await inTurn([...pools.keys()], async (size) => {
    await copyAndDelete(source);
    const pool = pools.get(size);
    if (!pool) throw new TypeError(`no pool of ${size}`);
    return timed(async () => {
      const { temporary } = await sealToTemporary({ ...engine, pool }, { source, folder, prelude, dek });
      await rm(temporary);
    });
  });
  for (const pool of pools.values()) await pool.close();
  dek.destroy();
  await rm(source);
  return Object.entries(times).map(([size, all]) => {
    const milliseconds = median(all);
    const rate = `${number.format(Math.round(WORKER_BYTES / 1e3 / milliseconds))} MB/s`;
    return { of: 'workers on 512 MiB', amount: size, milliseconds, rate };
  });
}

async function sealing(
  sealer: Sealer,
  sources: readonly string[],
  folder: string,
  before: () => Promise<void>,
): Promise<number> {
  const out = path.join(folder, 'growth');
  const { seal } = await inTurn(['seal'], async () => {
    await mkdir(out);
    await before();
    const milliseconds = await timed(() => sealer.seal(sources, out));
    await rm(out, { recursive: true });
    return milliseconds;
  });
  return median(seal);
}

export function growthTable(lines: readonly Growth[]): string {
  const rows = lines.map(({ of, amount, milliseconds, rate }) =>
    [
      of.padEnd(20),
      amount.padStart(14),
      `${milliseconds.toFixed(1)} ms`.padStart(12),
      rate.padStart(16),
    ].join('  '),
  );
  return ['How sealing grows, tmpfs:', ...rows].join('\n');
}
