import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installElectron } from './electron.mjs';

/** The launchers in a place of their own, with programs in place of what they start, which say who they are. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-start-'));
  await cp(import.meta.dirname, path.join(folder, 'bin'), { recursive: true });
  await write('out/node/browser-shell.js', 'console.log("the browser shell");');
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** A program that says what it was started with. */
const STANDS_FOR_ELECTRON =
  '#!/bin/sh\necho "Electron $(basename "$(dirname "$1")")/$(basename "$1") $ELECTRON_RUN_AS_NODE"\n';

async function writeElectron(name: string): Promise<void> {
  await chmod(await write(name, STANDS_FOR_ELECTRON), 0o755);
}

function launch(environment: Readonly<Record<string, string>>) {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [path.join(folder, 'bin', 'start.mjs')], {
    env: { PATH, DISPLAY: ':0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function start(environment: Readonly<Record<string, string>> = {}) {
  const child = launch(environment);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { stdout, stderr, exitCode };
}

const NOT_THERE =
  "Electron's program is not here and could not be fetched, so Sealkeep runs in your browser.\n";

test('without Electron one line says so, and the browser shell starts', async () => {
  expect(await start()).toEqual({ stdout: `${NOT_THERE}the browser shell\n`, stderr: '', exitCode: 0 });
});

test('who wants the browser shell gets it without a word, and nothing is fetched', async () => {
  await write('node_modules/electron/package.json', '{}');
  await write('node_modules/electron/install.js', 'require("fs").writeFileSync(__dirname + "/tried", "")');
  await writeElectron('dist/electron');
  const environment = { SEALKEEP_SHELL: 'browser', ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'dist') };
  expect((await start(environment)).stdout).toBe('the browser shell\n');
});

test('an Electron that is there is started, as Electron', async () => {
  await writeElectron('dist/electron');
  const environment = { ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'dist'), ELECTRON_RUN_AS_NODE: '1' };
  expect((await start(environment)).stdout).toBe('Electron electron/main.js \n');
});

test('an Electron that its install script gets is started; one that it does not get is not', async () => {
  await write('node_modules/electron/package.json', '{}');
  await write('node_modules/electron/install.js', 'console.error("fetch failed"); process.exit(1)');
  expect(await start()).toEqual({ stdout: `${NOT_THERE}the browser shell\n`, stderr: '', exitCode: 0 });

  await writeElectron('node_modules/electron/dist/electron');
  const script = 'require("fs").writeFileSync(__dirname + "/path.txt", "electron")';
  await write('node_modules/electron/install.js', script);
  expect((await start()).stdout).toBe('Electron electron/main.js \n');
});

test('fetching that takes more than a moment is said at once, not after it', async () => {
  await write('node_modules/electron/package.json', '{}');
  // Ends when the test has read what is said.
  const script = 'setInterval(() => require("fs").existsSync(__dirname + "/read") && process.exit(1), 20)';
  await write('node_modules/electron/install.js', script);
  const child = launch({});
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toMatch(/^Electron's program is not here yet; fetching it.*\n$/);
  const rest = text(child.stdout);
  await write('node_modules/electron/read', '');
  expect(await rest).toBe(`${NOT_THERE}the browser shell\n`);
});

test.each(['exit 127', 'kill -TRAP $$', 'exit 1'])(
  'an Electron that does not start here (%s) says why, and the browser shell starts',
  async (ending) => {
    const binary = await write('dist/electron', `#!/bin/sh\necho "why not" >&2\n${ending}\n`);
    await chmod(binary, 0o755);
    expect(await start({ ELECTRON_OVERRIDE_DIST_PATH: path.dirname(binary) })).toEqual({
      stdout: "Electron's window did not open, so Sealkeep runs in your browser.\nthe browser shell\n",
      stderr: 'why not\n',
      exitCode: 0,
    });
  },
);

test('a file that is no program is no Electron either', async () => {
  const binary = await write('dist/electron', 'not a program');
  expect((await start({ ELECTRON_OVERRIDE_DIST_PATH: path.dirname(binary) })).stdout).toBe(
    "Electron's window did not open, so Sealkeep runs in your browser.\nthe browser shell\n",
  );
});

test('an Electron that was asked to end has ended, and nothing is opened in its place', async () => {
  const binary = await write('dist/electron', '#!/bin/sh\necho running\nexec sleep 60\n');
  await chmod(binary, 0o755);
  const child = launch({ ELECTRON_OVERRIDE_DIST_PATH: path.dirname(binary) });
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('running\n');
  const rest = text(child.stdout);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
  expect(await rest).toBe('');
});

test('an install script that takes too long is ended', async () => {
  const script = `require('fs').writeFileSync(__dirname + '/pid', String(process.pid)); setInterval(() => 0, 1000)`;
  const electron = path.dirname(await write('node_modules/electron/install.js', script));
  await installElectron(process.execPath, 1_000, electron);
  const pid = Number(await readFile(path.join(electron, 'pid'), 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test.runIf(process.platform === 'linux')('without a display there is no window', async () => {
  await writeElectron('dist/electron');
  const environment = { ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'dist'), DISPLAY: '' };
  expect((await start(environment)).stdout).toBe(
    'There is no display for a window, so Sealkeep runs in your browser.\nthe browser shell\n',
  );
});

test('a build that is older than a style of the page is used, and said to be', async () => {
  await write('renderer/styles/base.css', '');
  const later = Date.now() / 1000 + 60;
  await utimes(path.join(folder, 'renderer/styles/base.css'), later, later);
  expect(await start({ SEALKEEP_SHELL: 'browser' })).toEqual({
    stdout: 'the browser shell\n',
    stderr: 'This build of Sealkeep is older than its sources; run "npm run build".\n',
    exitCode: 0,
  });
});

test('without a build a sentence says what to do', async () => {
  await rm(path.join(folder, 'out'), { recursive: true });
  const { stderr, exitCode } = await start();
  expect([stderr, exitCode]).toEqual([
    'Sealkeep is not built yet; run "npm ci" (or "npm run build") in its folder first.\n',
    1,
  ]);
});
