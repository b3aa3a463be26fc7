import { mkdtemp, rm } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import path from 'node:path';
import { platform } from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MemoryJob, memoryOf } from '../bench/files/memory.ts';

/** DESIGN.md: above idle, whatever is sealed or opened. */
const BUDGET = 150e6;
/** Syncing 2 GiB to a disk takes longer than sealing them. */
const hasRoomInMemory = freemem() > 8 * 2 ** 30;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(hasRoomInMemory ? '/dev/shm' : tmpdir(), 'sealkeep-memory-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.runIf(platform === 'linux').for<[string, MemoryJob]>([
  ['a file of 2 GiB', { kind: 'large', amount: 2 ** 31 }],
  ['a list of 5,000 files', { kind: 'many', amount: 5000 }],
])('%s takes little memory, sealed and opened', async ([, job]) => {
  const { idle, peak } = await memoryOf(path.join(folder, job.kind), job);
  expect(peak - idle).toBeLessThanOrEqual(BUDGET);
  expect(peak).toBeGreaterThan(idle);
});
