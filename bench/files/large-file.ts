import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Figure, inTurn, median } from '../support/figures.ts';
import { copyAndDelete, writeRandomFile } from '../support/random-file.ts';
import type { OtherProgram } from './others.ts';
import type { Sealer } from './sealer.ts';

const BYTES = 2 ** 30;
const OURS = 'sealkeep';

interface Times {
  readonly seal: number;
  readonly open: number;
}

/** One file of 1 GiB, by us and by others in turn, on one file system. */
export async function measureLargeFile(
  sealer: Sealer,
  others: readonly OtherProgram[],
  folder: string,
): Promise<Figure[]> {
  await mkdir(folder);
  const source = path.join(folder, 'large.bin');
  await writeRandomFile(source, BYTES);
  const measured = await inTurn([OURS, ...others.map(({ name }) => name)], async (name) => {
    const other = others.find((one) => one.name === name);
    return other ? timesOf(other, source, folder) : ourTimes(sealer, source, folder);
  });
  await rm(folder, { recursive: true });
  const medians = new Map(
    Object.entries(measured).map(([name, times]) => [
      name,
      { seal: median(times.map(({ seal }) => seal)), open: median(times.map(({ open }) => open)) },
    ]),
  );
  return (['seal', 'open'] as const).flatMap((way) => figuresOf(way, medians));
}

function figuresOf(way: keyof Times, medians: ReadonlyMap<string, Times>): Figure[] {
  const ours = medians.get(OURS)?.[way] ?? Number.NaN;
  const beside = [...medians].map(([name, times]) => `${name} ${Math.round(times[way])} ms`).join(', ');
  const against = (name: string, budget: number): Figure[] => {
    const theirs = medians.get(name)?.[way];
    if (theirs === undefined) return [];
    const work = `${way} 1 GiB: times the speed of ${name}`;
    return [{ work, measured: theirs / ours, budget, limit: 'at least', unit: '×', beside }];
  };
  return [...against('age', 2), ...against('cp', 0.9)];
}

async function ourTimes(sealer: Sealer, source: string, folder: string): Promise<Times> {
  const [sealedIn, openedIn] = [path.join(folder, 'sealed'), path.join(folder, 'opened')];
  for (const made of [sealedIn, openedIn]) await mkdir(made);
  await copyAndDelete(source);
  let sealed: string[] = [];
  const seal = await timed(async () => {
    sealed = await sealer.seal([source], sealedIn);
  });
  await copyAndDelete(source);
  const open = await timed(() => sealer.open(sealed, openedIn));
  for (const made of [sealedIn, openedIn]) await rm(made, { recursive: true });
  return { seal, open };
}

async function timesOf(other: OtherProgram, source: string, folder: string): Promise<Times> {
  const [sealed, opened] = [path.join(folder, 'other.sealed'), path.join(folder, 'other.opened')];
  await copyAndDelete(source);
  const seal = await timed(() => other.seal(source, sealed));
  await copyAndDelete(source);
  const open = await timed(() => other.open(sealed, opened));
  if ((await stat(opened)).size !== BYTES) throw new Error(`${other.name} did not give the file back`);
  for (const made of [sealed, opened]) await rm(made);
  return { seal, open };
}

/** @returns milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
