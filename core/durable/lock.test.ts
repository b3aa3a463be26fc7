import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryLock } from './lock.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-lock-'));
  file = path.join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

/** Another process that holds the lock until it is killed. */
async function startHolder() {
  const script = `
    const { tryLock } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    globalThis.lock = tryLock(${JSON.stringify(file)});
    console.log(globalThis.lock ? 'held' : 'busy');
    setInterval(() => undefined, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(holder.stdout, 'data');
  return { holder, said: String(said).trim() };
}

test('one holder at a time, and the next one after it let go', () => {
  const first = tryLock(file);
  expect(first).toBeDefined();
  expect(tryLock(file)).toBeUndefined();
  first?.release();
  const second = tryLock(file);
  expect(second).toBeDefined();
  second?.release();
});

test('across processes: a killed holder holds nothing', async () => {
  const { holder, said } = await startHolder();
  expect(said).toBe('held');
  expect(tryLock(file)).toBeUndefined();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = tryLock(file);
  expect(lock).toBeDefined();
  const other = await startHolder();
  expect(other.said).toBe('busy');
  other.holder.kill('SIGKILL');
  lock?.release();
});

test('a folder that is not there is an error, not a lock', () => {
  expect(() => tryLock(path.join(folder, 'nowhere', 'lock'))).toThrow();
});
