import { mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createWorkerPool } from '../../agent/engine/worker-pool.ts';
import { newDek } from '../../core/crypto/file-key.ts';
import { deriveStreamKey, newStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { layoutForPlaintext } from '../../core/crypto/stream-layout.ts';
import { startSealer } from '../files/sealer.ts';
import { writeMany } from '../files/small-files.ts';

/**
 * One job in a process of its own: `node memory.ts FOLDER large BYTES | many FILES | counted BYTES`. Prints how many
 * bytes the process took idle and at most (`MemoryUse`, as JSON).
 */
export interface MemoryUse {
  readonly idle: number;
  readonly peak: number;
}

const [folder = '', kind = '', amount = ''] = process.argv.slice(2);

/** Linux keeps the most that was ever resident, and lets it be begun anew. */
async function usedBy(work: () => Promise<unknown>): Promise<MemoryUse> {
  globalThis.gc?.();
  const idle = process.memoryUsage().rss;
  await writeFile('/proc/self/clear_refs', '5');
  await work();
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(await readFile('/proc/self/status', 'utf8'))?.[1]) * 1024;
  return { idle, peak };
}

async function sealAndOpen(sources: (at: string) => Promise<string[]>): Promise<MemoryUse> {
  const sealer = await startSealer(path.join(folder, 'home'));
  const files = await sources(path.join(folder, 'files'));
  const [sealedIn, openedIn] = [path.join(folder, 'sealed'), path.join(folder, 'opened')];
  for (const made of [sealedIn, openedIn]) await mkdir(made);
  try {
    return await usedBy(async () => sealer.open(await sealer.seal(files, sealedIn), openedIn));
  } finally {
    await sealer.close();
    for (const made of ['files', 'sealed', 'opened', 'home'])
      await rm(path.join(folder, made), { recursive: true });
  }
}

/** What no disk has room for: read from a file of holes, sealed into nothing. */
async function sealCounted(bytes: number): Promise<MemoryUse> {
  const file = path.join(folder, 'holes.bin');
  await writeFile(file, '');
  await truncate(file, bytes);
  const pool = createWorkerPool({ workerUrl: new URL('./counting-worker.ts', import.meta.url) });
  const input = await open(file);
  const dek = newDek();
  const task = {
    kind: 'seal' as const,
    input: input.fd,
    output: -1,
    streamOffset: 100,
    stream: deriveStreamKey(dek, newStreamHeader(), Buffer.alloc(100)),
    layout: layoutForPlaintext(bytes),
  };
  try {
    return await usedBy(async () => {
      const failure = await pool.run(task, { onProgress: () => undefined });
      if (failure) throw new Error(`sealing failed: ${failure.reason}`);
    });
  } finally {
    dek.destroy();
    await pool.close();
    await input.close();
    await rm(file);
  }
}

async function holes(at: string): Promise<string[]> {
  await mkdir(at);
  const file = path.join(at, 'holes.bin');
  await writeFile(file, '');
  await truncate(file, Number(amount));
  return [file];
}

const ways: Record<string, () => Promise<MemoryUse>> = {
  large: () => sealAndOpen(holes),
  many: () => sealAndOpen((at) => writeMany(at, Number(amount))),
  counted: () => sealCounted(Number(amount)),
};
const way = ways[kind];
if (!way) throw new Error(`there is no "${kind}"`);
console.log(JSON.stringify(await way()));
