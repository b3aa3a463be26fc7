import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = path.join(import.meta.dirname, 'main.ts');

let folder: string;
let shell: ChildProcessWithoutNullStreams;
/** All that it said on standard error. */
let complaints: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-browser-main-'));
  complaints = '';
  // A display, and no program to open anything on it.
  const env = { HOME: folder, SEALKEEP_HOME: path.join(folder, 'data'), DISPLAY: ':0', PATH: '/nowhere' };
  shell = spawn(process.execPath, [MAIN], { env });
  shell.stderr.on('data', (text) => {
    complaints += String(text);
  });
});
afterEach(async () => {
  shell.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Waits for a line. */
async function said(pattern: RegExp): Promise<void> {
  for await (const line of createInterface(shell.stdout)) if (pattern.test(line)) return;
  throw new Error(`it never said ${pattern}: ${complaints}`);
}

test('who stops it as soon as it says that it is ready leaves nothing of it behind', async () => {
  const ended = once(shell, 'exit');
  await said(/^Sealkeep is ready at/);
  shell.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(await readdir(folder)).toEqual(['data']);
});

test('it goes on when nobody reads any more what it says', async () => {
  const ended = once(shell, 'exit');
  shell.stdout.destroy();
  // What opens a browser comes after what is said.
  await expect
    .poll(() => readdir(folder), { timeout: 15_000 })
    .toContainEqual(expect.stringMatching(/^sealkeep-open-/));
  shell.kill('SIGTERM');
  expect([await ended, complaints]).toEqual([[0, null], '']);
});
