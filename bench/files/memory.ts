import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { nodeFlags } from '../../bin/launch.mjs';
import type { MemoryUse } from '../programs/memory.ts';
import type { Figure } from '../support/figures.ts';

const run = promisify(execFile);
const BUDGET = 150;
const MIB = 2 ** 20;

interface Job {
  readonly work: string;
  readonly args: readonly [kind: 'large' | 'many' | 'counted', amount: number];
}

const USUAL: readonly Job[] = [
  { work: 'memory above idle, 2 GiB of holes sealed and opened', args: ['large', 2 ** 31] },
  { work: 'memory above idle, 5,000 files sealed and opened', args: ['many', 5000] },
];

const LARGE: readonly Job[] = [
  { work: 'memory above idle, 50 GB sealed into an output that counts', args: ['counted', 50e9] },
  { work: 'memory above idle, 100,000 files sealed and opened', args: ['many', 100_000] },
];

/** How much more a process takes at most than before, each job in one of its own. */
export async function measureMemory(folder: string, { isLarge }: { isLarge: boolean }): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { work, args } of isLarge ? LARGE : USUAL) {
    await mkdir(folder, { recursive: true });
    const program = path.join(import.meta.dirname, '..', 'programs', 'memory.ts');
    const { stdout } = await run(process.execPath, [
      ...nodeFlags,
      '--expose-gc',
      program,
      folder,
      ...args.map(String),
    ]);
    const { idle, peak } = JSON.parse(stdout) as MemoryUse;
    await rm(folder, { recursive: true });
    const beside = `${Math.round(idle / MIB)} MiB idle, ${Math.round(peak / MIB)} at most, servers within`;
    figures.push({
      work,
      measured: (peak - idle) / MIB,
      budget: BUDGET,
      limit: 'at most',
      unit: 'MiB',
      beside,
    });
  }
  return figures;
}
