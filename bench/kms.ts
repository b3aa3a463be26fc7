import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measureBatch } from './kms/batch.ts';
import { measureCalls } from './kms/calls.ts';
import { measureRotation } from './kms/rotation.ts';
import { startEcho, startService } from './kms/service.ts';
import { type Figure, report } from './support/figures.ts';

/**
 * `npm run bench:kms`: the KMS's calls beside a bare Express echo of the same body, and DESIGN.md's budgets.
 * `npm run bench:kms -- calls batch` measures only what is named of `calls`, `batch`, `rotation`.
 */
const PARTS = ['calls', 'batch', 'rotation'] as const;
type Part = (typeof PARTS)[number];

async function measure(parts: readonly Part[], folder: string): Promise<Figure[]> {
  const isWanted = (part: Part) => parts.length === 0 || parts.includes(part);
  const figures: Figure[] = [];
  const service = await startService(folder);
  const echo = await startEcho();
  if (isWanted('calls')) figures.push(...(await measureCalls(service, echo)));
  if (isWanted('batch')) figures.push(...(await measureBatch(service, echo)));
  await Promise.all([service.stop(), echo.stop()]);
  if (isWanted('rotation')) {
    const installation = path.join(folder, 'rotation');
    await mkdir(installation);
    figures.push(...(await measureRotation(installation)));
  }
  return figures;
}

const isPart = (name: string): name is Part => PARTS.some((part) => part === name);
const named = process.argv.slice(2);
const unknown = named.find((name) => !isPart(name));
if (unknown !== undefined) throw new Error(`there is no "${unknown}"; there are ${PARTS.join(', ')}`);
const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-bench-'));
try {
  report('The KMS', await measure(named.filter(isPart), folder));
} finally {
  await rm(folder, { recursive: true });
}
