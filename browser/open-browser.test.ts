import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBrowser, openingCommand, type SystemBrowser } from './open-browser.ts';

const TOKEN = 'token-token-token-token-token-token-token-1';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-open-'));
});
afterEach(() => rm(folder, { recursive: true }));

function systemOf(platform: NodeJS.Platform, environment: SystemBrowser['environment']) {
  const ran: (readonly string[])[] = [];
  const run = (command: string, args: readonly string[]) => {
    ran.push([command, ...args]);
  };
  return { platform, environment, run, ran };
}

test.each([
  ['linux', {}, undefined],
  ['linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['linux', { DISPLAY: '' }, undefined],
  ['darwin', {}, 'open'],
  ['darwin', { SSH_CONNECTION: 'x' }, undefined],
  ['win32', {}, 'explorer.exe'],
] as const)('on %s with %j the command is %s', (platform, environment, command) => {
  expect(openingCommand(systemOf(platform, environment))).toBe(command);
});

test('the token reaches the browser by a file that only its person can read, and that goes when it was used', async () => {
  const system = systemOf('linux', { DISPLAY: ':0' });
  let used = () => undefined as unknown;
  const remove = await openBrowser(system, folder, 'http://127.0.0.1:7', (onUsed) => {
    used = onUsed;
    return TOKEN;
  });
  const [[command, file = '']] = system.ran as [[string, string]];
  expect(command).toBe('xdg-open');
  // Browsers in a sandbox of their own read nothing that is hidden.
  expect(path.relative(folder, file)).toMatch(/^[^./][^/]*\.html$/);
  expect(JSON.stringify(system.ran)).not.toContain(TOKEN);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toContain(`content="0;url=http://127.0.0.1:7/#${TOKEN}"`);
  used();
  await expect.poll(() => readdir(folder)).toEqual([]);
  await remove?.();
});

test('what a killed shell left goes at the next start; a young one may be another shell’s', async () => {
  const at = (name: string) => path.join(folder, name);
  for (const name of ['sealkeep-open-old.html', 'sealkeep-open-young.html', 'mine.html'])
    await writeFile(at(name), '');
  const before = new Date(Date.now() - 11 * 60_000);
  for (const name of ['sealkeep-open-old.html', 'mine.html']) await utimes(at(name), before, before);
  const remove = await openBrowser(systemOf('darwin', {}), folder, 'http://127.0.0.1:7', () => TOKEN);
  await remove?.();
  expect((await readdir(folder)).sort()).toEqual(['mine.html', 'sealkeep-open-young.html']);
});

test('a file that was never used goes with the shell; without a display there is none', async () => {
  const remove = await openBrowser(systemOf('darwin', {}), folder, 'http://127.0.0.1:7', () => TOKEN);
  expect(await readdir(folder)).toHaveLength(1);
  await remove?.();
  expect(await readdir(folder)).toEqual([]);
  const none = await openBrowser(systemOf('linux', {}), folder, 'http://127.0.0.1:7', () => TOKEN);
  expect([none, await readdir(folder)]).toEqual([undefined, []]);
});
