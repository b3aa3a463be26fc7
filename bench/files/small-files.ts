import { cp, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Figure, inTurn, median } from '../support/figures.ts';
import { writeRandomFile } from '../support/random-file.ts';
import { timed } from './large-file.ts';
import type { OtherProgram } from './others.ts';
import { manyNames, type Sealer } from './sealer.ts';

const FILES = 5000;
const FILE_BYTES = 4096;
/** A loop of another program is timed over so many: it takes the same for each. */
const LOOP_FILES = 500;
const SYNCS = 200;

/** 5,000 files of 4 KiB, a DEK and a wrap each, both outputs durable, beside a loop of `age`. */
export async function measureSmallFiles(
  sealer: Sealer,
  age: OtherProgram | undefined,
  folder: string,
): Promise<Figure[]> {
  const sources = await writeMany(path.join(folder, 'small'), FILES);
  const ways = age ? (['seal', 'open', 'age'] as const) : (['seal', 'open'] as const);
  let sealed: string[] = [];
  const rates = await inTurn(ways, async (way) => {
    await untimedCopy(path.join(folder, 'small'));
    if (way === 'age' && age) return loopRate(age, sources, folder);
    const out = path.join(folder, way);
    await rm(out, { recursive: true, force: true });
    await mkdir(out);
    if (way === 'open') return perSecond(await timed(() => sealer.open(sealed, out)));
    return perSecond(
      await timed(async () => {
        sealed = await sealer.seal(sources, out);
      }),
    );
  });
  for (const made of ['small', 'seal', 'open']) await rm(path.join(folder, made), { recursive: true });
  const seal = median(rates.seal);
  const loop = rates.age && median(rates.age);
  const opening = `open ${Math.round(median(rates.open))} files/s`;
  if (loop === undefined) {
    const unmet = { budget: undefined, limit: 'at least', unit: 'files/s' } as const;
    const beside = `${opening}; age, to compare with, is not installed`;
    return [{ work: 'seal 5,000 files of 4 KiB, tmpfs', measured: seal, ...unmet, beside }];
  }
  const beside = `${Math.round(seal)} files/s, a loop of age ${Math.round(loop)}; ${opening}`;
  const work = 'seal 5,000 files of 4 KiB, tmpfs: times a loop of age';
  return [{ work, measured: seal / loop, budget: 8, limit: 'at least', unit: '×', beside }];
}

/** The same on a disk, where what counts is how long it takes to sync. */
export async function measureOnDisk(sealer: Sealer, folder: string): Promise<Figure[]> {
  const sources = await writeMany(path.join(folder, 'small'), FILES);
  const rates = await inTurn(['seal', 'sync'] as const, async (way) => {
    await untimedCopy(path.join(folder, 'small'));
    const out = path.join(folder, way);
    await mkdir(out);
    try {
      return way === 'sync' ? await syncTime(out) : perSecond(await timed(() => sealer.seal(sources, out)));
    } finally {
      await rm(out, { recursive: true });
    }
  });
  await rm(path.join(folder, 'small'), { recursive: true });
  return [
    {
      work: 'seal 5,000 files of 4 KiB, disk',
      measured: median(rates.seal),
      budget: 1500,
      limit: 'at least',
      unit: 'files/s',
      beside: `one fsync takes ${median(rates.sync).toFixed(2)} ms; the budget is for 0.3 ms`,
    },
  ];
}

/** @returns their paths. */
export async function writeMany(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const names = manyNames(folder, count);
  for (const name of names) await writeRandomFile(name, FILE_BYTES);
  return names;
}

const perSecond = (milliseconds: number) => (FILES * 1000) / milliseconds;

async function untimedCopy(folder: string): Promise<void> {
  await cp(folder, `${folder}.untimed`, { recursive: true });
  await rm(`${folder}.untimed`, { recursive: true });
}

async function loopRate(other: OtherProgram, sources: readonly string[], folder: string): Promise<number> {
  const output = path.join(folder, 'loop.sealed');
  const milliseconds = await timed(async () => {
    for (const source of sources.slice(0, LOOP_FILES)) {
      await other.seal(source, output);
      await rm(output);
    }
  });
  return (LOOP_FILES * 1000) / milliseconds;
}

/** @returns milliseconds that one new file of 4 KiB takes to sync. */
async function syncTime(folder: string): Promise<number> {
  const times: number[] = [];
  for (const name of manyNames(folder, SYNCS)) {
    const file = await open(name, 'w');
    await file.writeFile(Buffer.alloc(FILE_BYTES, 1));
    times.push(await timed(() => file.sync()));
    await file.close();
  }
  return median(times);
}
