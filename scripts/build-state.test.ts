import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SOURCE_FOLDERS } from '../bin/sources.mjs';
import { isBuilt } from './build-state.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sealkeep-build-'));
  for (const folder of SOURCE_FOLDERS) await mkdir(path.join(root, folder));
  for (const file of ['package-lock.json', 'vite.config.ts']) await write(file, 1);
});
afterEach(() => rm(root, { recursive: true }));

/** @param hour of the file's last change. */
async function write(name: string, hour: number): Promise<void> {
  const file = path.join(root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '');
  await utimes(file, hour * 3600, hour * 3600);
}

test('without a build there is none', () => {
  expect(isBuilt(root)).toBe(false);
});

test.each([
  'agent/agent.ts',
  'renderer/app.tsx',
  'renderer/styles/base.css',
  'renderer/index.html',
  'renderer/icon.svg',
  'renderer/fonts/inter.woff2',
  'package-lock.json',
])('a build is old once %s has changed', async (name) => {
  await write('out/node/sealkeep.js', 2);
  await write(name, 1);
  expect(isBuilt(root)).toBe(true);
  await write(name, 3);
  expect(isBuilt(root)).toBe(false);
});

test('tests are no part of a build', async () => {
  await write('out/node/sealkeep.js', 2);
  await write('agent/agent.test.ts', 3);
  expect(isBuilt(root)).toBe(true);
});
