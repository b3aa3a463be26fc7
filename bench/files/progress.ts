import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { sealToTemporary } from '../../agent/engine/seal-file.ts';
import { newDek } from '../../core/crypto/file-key.ts';
import { encodePrelude } from '../../shared/formats/prelude.ts';
import { type Figure, inTurn, median } from '../support/figures.ts';
import { copyAndDelete, writeRandomFile } from '../support/random-file.ts';
import { timed } from './large-file.ts';
import type { Sealer } from './sealer.ts';

const BYTES = 2 ** 30;

/** What it costs to be told how far a file is: one of 1 GiB, sealed by the engine alone, with and without. */
export async function measureProgress(sealer: Sealer, folder: string): Promise<Figure[]> {
  await mkdir(folder);
  const source = path.join(folder, 'progress.bin');
  await writeRandomFile(source, BYTES);
  const prelude = encodePrelude({
    resource_name: '//sealkeep/bench/progress',
    kacls_url: 'https://bench.invalid',
  });
  const dek = newDek();
  let told = 0;
  const onProgress = () => {
    told += 1;
  };
  const times = await inTurn(['with', 'without'] as const, async (way) => {
    await copyAndDelete(source);
    const telling = way === 'with' ? { onProgress } : {};
    return timed(async () => {
      const request = { source, folder, prelude, dek, ...telling };
      const { temporary } = await sealToTemporary(sealer.agent.jobs.engine, request);
      await rm(temporary);
    });
  });
  dek.destroy();
  await rm(folder, { recursive: true });
  if (told === 0) throw new Error('nothing was told of the progress');
  const shown = (all: readonly number[]) =>
    `${Math.round(median(all))} ms (${Math.round(Math.min(...all))} to ${Math.round(Math.max(...all))})`;
  return [
    {
      work: 'seal 1 GiB: times as long with progress as without',
      measured: median(times.with) / median(times.without),
      budget: undefined,
      budgetText: 'nothing measurable',
      limit: 'at most',
      unit: '×',
      beside: `with ${shown(times.with)}, without ${shown(times.without)}`,
    },
  ];
}
