import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isBuilt } from '../scripts/build-state.ts';
import { growthTable, measureGrowth } from './files/growth.ts';
import { measureLargeFile } from './files/large-file.ts';
import { measureLoopDelay } from './files/loop-delay.ts';
import { measureMemory } from './files/memory.ts';
import { otherPrograms } from './files/others.ts';
import { measureProgress } from './files/progress.ts';
import { startSealer } from './files/sealer.ts';
import { measureOnDisk, measureSmallFiles } from './files/small-files.ts';
import { isAsLaunched } from './support/as-launched.ts';
import { type Figure, report } from './support/figures.ts';

/**
 * `npm run bench:files`: the file engine beside DESIGN.md's budgets and other programs. `npm run bench:files -- large
 * small` measures only what is named of `large`, `small`, `disk`, `memory`, `delay`, `growth`; `--large` adds 50 GB and
 * 100,000 files.
 */
const PARTS = ['large', 'small', 'disk', 'memory', 'delay', 'growth'] as const;
type Part = (typeof PARTS)[number];

/** Memory, on Linux: no disk's pace is in the figures. */
const TMPFS = '/dev/shm';

/** Says what was measured part by part: all of it takes a quarter of an hour, and may be ended before. */
async function measure(parts: readonly Part[], isLarge: boolean): Promise<void> {
  const isWanted = (part: Part) => parts.length === 0 || parts.includes(part);
  const memory = await mkdtemp(path.join(TMPFS, 'sealkeep-bench-'));
  const disk = await mkdtemp(path.join(tmpdir(), 'sealkeep-bench-'));
  try {
    const { found, missing } = await otherPrograms(memory);
    if (missing.length > 0) console.log(`Not installed, and so not beside ours: ${missing.join(', ')}.`);
    const sealer = await startSealer(path.join(memory, 'home'));
    const age = found.find(({ name }) => name === 'age');
    if (isWanted('large')) {
      say('One large file', await measureLargeFile(sealer, found, path.join(memory, 'large')));
      say('Progress', await measureProgress(sealer, path.join(memory, 'progress')));
    }
    if (isWanted('small')) say('Small files', await measureSmallFiles(sealer, age, memory));
    if (isWanted('delay')) say('The main thread', await measureLoopDelay(sealer, path.join(memory, 'delay')));
    if (isWanted('growth'))
      console.log(`${growthTable(await measureGrowth(sealer, path.join(memory, 'growth'), { isLarge }))}\n`);
    await sealer.close();
    if (isWanted('disk')) {
      const onDisk = await startSealer(path.join(disk, 'home'));
      say('Small files on a disk', await measureOnDisk(onDisk, disk));
      await onDisk.close();
    }
    if (isWanted('memory')) {
      say('Memory', await measureMemory(path.join(disk, 'memory'), { isLarge: false }));
      if (isLarge) say('Memory, more', await measureMemory(path.join(disk, 'memory'), { isLarge }));
    }
  } finally {
    for (const folder of [memory, disk]) await rm(folder, { recursive: true });
  }
}

function say(title: string, figures: readonly Figure[]): void {
  report(title, figures);
  console.log();
}

const isPart = (name: string): name is Part => PARTS.some((part) => part === name);
const named = process.argv.slice(2).filter((word) => word !== '--large');
const unknown = named.find((name) => !isPart(name));
if (unknown !== undefined) throw new Error(`there is no "${unknown}"; there are ${PARTS.join(', ')}`);
if (!isBuilt()) throw new Error('There is no build of these sources to measure; run "npm run build".');
if (isAsLaunched()) await measure(named.filter(isPart), process.argv.includes('--large'));
