import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measureBatch } from './kms/batch.ts';
import { measureCalls } from './kms/calls.ts';
import { measureRotation } from './kms/rotation.ts';
import { startEcho, startService } from './kms/service.ts';
import { report } from './support/figures.ts';

/** `npm run bench:kms`: the KMS's calls beside a bare Express echo of the same body, and DESIGN.md's budgets. */
const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-bench-'));
const service = await startService(folder);
const echo = await startEcho();
try {
  const figures = await measureCalls(service, echo.url);
  figures.push(...(await measureBatch(service)));
  await Promise.all([service.stop(), echo.stop()]);
  const installation = path.join(folder, 'rotation');
  await mkdir(installation);
  figures.push(...(await measureRotation(installation)));
  report('The KMS', figures);
} finally {
  await rm(folder, { recursive: true });
}
