import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { nodeFlags } from '../../bin/launch.mjs';
import type { MemoryUse } from '../programs/memory.ts';
import type { Figure } from '../support/figures.ts';

const run = promisify(execFile);
const BUDGET = 150;
const MB = 1e6;

export interface MemoryJob {
  readonly kind: 'large' | 'many' | 'folder' | 'counted';
  /** Bytes of one file, or files of 4 KiB. */
  readonly amount: number;
}

interface Job {
  readonly work: string;
  readonly job: MemoryJob;
}

const USUAL: readonly Job[] = [
  { work: 'memory above idle, 2 GiB of holes sealed and opened', job: { kind: 'large', amount: 2 ** 31 } },
  { work: 'memory above idle, 5,000 files sealed and opened', job: { kind: 'many', amount: 5000 } },
  { work: 'memory above idle, a folder of 5,000 files', job: { kind: 'folder', amount: 5000 } },
];

const LARGE: readonly Job[] = [
  {
    work: 'memory above idle, 50 GB sealed into an output that counts',
    job: { kind: 'counted', amount: 50e9 },
  },
  { work: 'memory above idle, 100,000 files sealed and opened', job: { kind: 'many', amount: 100_000 } },
  { work: 'memory above idle, a folder of 100,000 files', job: { kind: 'folder', amount: 100_000 } },
];

/** How much more a process takes at most than before, each job in one of its own. */
export async function measureMemory(folder: string, { isLarge }: { isLarge: boolean }): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { work, job } of isLarge ? LARGE : USUAL) {
    const { idle, peak } = await memoryOf(folder, job);
    figures.push({
      work,
      measured: (peak - idle) / MB,
      budget: BUDGET,
      limit: 'at most',
      unit: 'MB',
      beside: `${Math.round(idle / MB)} MB idle, ${Math.round(peak / MB)} at most, servers within`,
    });
  }
  return figures;
}

/** What one job takes, in a process of its own that is started as the launcher starts one. */
export async function memoryOf(folder: string, { kind, amount }: MemoryJob): Promise<MemoryUse> {
  await mkdir(folder, { recursive: true });
  try {
    const program = path.join(import.meta.dirname, '..', 'programs', 'memory.ts');
    const args = [...nodeFlags, '--expose-gc', program, folder, kind, String(amount)];
    const { stdout } = await run(process.execPath, args);
    return JSON.parse(stdout) as MemoryUse;
  } finally {
    await rm(folder, { recursive: true });
  }
}
