import { mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createWorkerPool } from '../../agent/engine/worker-pool.ts';
import { newDek } from '../../core/crypto/file-key.ts';
import { deriveStreamKey, newStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { layoutForPlaintext } from '../../core/crypto/stream-layout.ts';
import { type Sealer, startSealer } from '../files/sealer.ts';
import { writeMany } from '../files/small-files.ts';

/**
 * One job in a process of its own: `node memory.ts FOLDER large BYTES | many FILES | folder FILES | counted BYTES`. Prints
 * how many bytes the process took idle and at most (`MemoryUse`, as JSON).
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

interface Places {
  readonly files: string;
  readonly sealed: string;
  readonly opened: string;
}

async function sealAndOpen(work: (sealer: Sealer, at: Places) => Promise<MemoryUse>): Promise<MemoryUse> {
  const sealer = await startSealer(path.join(folder, 'home'));
  const placeOf = (name: string) => path.join(folder, name);
  const at = { files: placeOf('files'), sealed: placeOf('sealed'), opened: placeOf('opened') };
  for (const made of Object.values(at)) await mkdir(made);
  try {
    return await work(sealer, at);
  } finally {
    await sealer.close();
    for (const made of ['home', ...Object.keys(at)]) await rm(placeOf(made), { recursive: true });
  }
}

/** @param files whose list is a part of what was there before. */
function usedByFiles(
  files: readonly string[],
  sealer: Sealer,
  { sealed, opened }: Places,
): Promise<MemoryUse> {
  return usedBy(async () => sealer.open(await sealer.seal(files, sealed), opened));
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
  const file = path.join(at, 'holes.bin');
  await writeFile(file, '');
  await truncate(file, Number(amount));
  return [file];
}

const ways: Record<string, () => Promise<MemoryUse>> = {
  large: () => sealAndOpen(async (sealer, at) => usedByFiles(await holes(at.files), sealer, at)),
  many: () =>
    sealAndOpen(async (sealer, at) => usedByFiles(await writeMany(at.files, Number(amount)), sealer, at)),
  folder: () =>
    sealAndOpen(async (sealer, at) => {
      await writeMany(at.files, Number(amount));
      return usedBy(async () => sealer.openFolder(await sealer.sealFolder(at.files, at.sealed), at.opened));
    }),
  counted: () => sealCounted(Number(amount)),
};
const way = ways[kind];
if (!way) throw new Error(`there is no "${kind}"`);
console.log(JSON.stringify(await way()));
