import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { App } from '../agent/app/app.ts';
import { type RunningShell, runShell } from './run-shell.ts';
import { createMemoryApp } from './testing/memory-app.ts';

let folder: string;
let lines: string[];
let ran: (readonly string[])[];
let isClosed: boolean;
const running: RunningShell[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-run-'));
  lines = [];
  ran = [];
  isClosed = false;
});
afterEach(async () => {
  for (const shell of running.splice(0)) await shell.stop();
  await rm(folder, { recursive: true });
});

async function run(port = 0, display = ':0'): Promise<RunningShell> {
  const app: App = {
    ...createMemoryApp(),
    offerPath: async () => {
      throw new TypeError('a page has no paths');
    },
    close: async () => {
      isClosed = true;
    },
  };
  const shell = await runShell({
    app,
    assets: { page: folder, carrier: path.join(folder, 'carrier.js') },
    home: folder,
    port,
    browser: {
      platform: 'linux',
      environment: { DISPLAY: display },
      run: (command, args) => {
        ran.push([command, ...args]);
      },
    },
    logger: pino({ level: 'silent' }),
    print: (line) => {
      lines.push(line);
    },
  });
  running.push(shell);
  return shell;
}

const READY = /^Sealkeep is ready at (http:\/\/127\.0\.0\.1:\d+)\/#([\w-]{43})$/;

async function exchange(line: string | undefined): Promise<number> {
  const [, address = '', token = ''] = READY.exec(line ?? '') ?? [];
  const answer = await fetch(`${address}/admission`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ token }),
  });
  await answer.text();
  return answer.status;
}

test('says where it is, each time by another token', async () => {
  const shell = await run();
  shell.printAddress();
  const addresses = lines.filter((line) => READY.test(line));
  expect(addresses).toHaveLength(2);
  expect(new Set(addresses).size).toBe(2);
  for (const line of addresses) expect(await exchange(line)).toBe(200);
  for (const line of addresses) expect(await exchange(line)).toBe(403);
});

test('opens a browser where there is a display, and leaves nothing behind', async () => {
  const shell = await run();
  expect(ran).toHaveLength(1);
  expect(await readdir(folder)).toHaveLength(1);
  running.length = 0;
  await shell.stop();
  expect([isClosed, await readdir(folder)]).toEqual([true, []]);
  await expect(exchange(lines[0])).rejects.toThrow();
  await run(0, '');
  expect(ran).toHaveLength(1);
});

test('a port that is taken is named, with the setting that chooses another', async () => {
  await run();
  const port = Number(/:(\d+)\//.exec(lines[0] ?? '')?.[1]);
  const address = `127.0.0.1:${port}`;
  await expect(run(port)).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    details: { address, name: 'SEALKEEP_BROWSER_PORT' },
  });
});
