import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

/** What looking for a browser asks of the machine, and what installing one does to it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** Where Playwright keeps a Chromium of its own, whether it is there or not. */
  readonly playwrightProgram: string;
  isThere(file: string): boolean;
  /** Runs a command to its end. @returns whether that went well. */
  run(command: string, args: readonly string[]): boolean;
  say(line: string): void;
}

const MISSING = 'There is no browser for the tests of the window';
const SETTING = 'SEALKEEP_TEST_BROWSER';
const NONE = `${MISSING}; run "npx playwright install --with-deps chromium", or install Chromium and set ${SETTING} to its program.`;

/** As Linux' packages call it; the last one is, on Ubuntu, no more than a pointer to a snap. */
const NAMES_ON_PATH = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser'];
const PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** A Chromium that is here: the one that is named, Playwright's own, or the system's. */
export function findBrowser(machine: Machine = thisMachine()): string | undefined {
  const { environment, playwrightProgram } = machine;
  const named = environment[SETTING];
  if (named) return named;
  return [playwrightProgram, ...systemPrograms(machine)].find((program) => machine.isThere(program));
}

/**
 * As `findBrowser`; where there is none, it is installed where that is possible: by root on Debian with apt-get, which
 * brings the libraries as well, and else by Playwright's download.
 * @throws Error with one sentence that says how to get one.
 */
export function provideBrowser(machine: Machine = thisMachine()): string {
  const named = machine.environment[SETTING];
  if (named && !machine.isThere(named))
    throw new Error(`${SETTING} names ${named}, and there is no such program.`);
  const found = findBrowser(machine);
  if (found) return found;
  for (const { how, commands } of waysToInstall(machine)) {
    machine.say(`${MISSING}; ${how}.`);
    commands.every(([command, ...args]) => machine.run(command, args));
    const installed = findBrowser(machine);
    if (installed) return installed;
  }
  throw new Error(NONE);
}

function systemPrograms({ platform, environment }: Machine): readonly string[] {
  if (platform !== 'linux') return PLACES[platform] ?? [];
  const folders = (environment['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return NAMES_ON_PATH.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

interface WayToInstall {
  readonly how: string;
  /** One after the other, as long as they go well. */
  readonly commands: readonly (readonly [string, ...string[]])[];
}

function waysToInstall({ isRoot, isThere }: Machine): readonly WayToInstall[] {
  const debian: WayToInstall = {
    how: 'installing Chromium with apt-get',
    commands: [
      ['apt-get', '-qq', 'update'],
      ['apt-get', '-qq', 'install', '-y', '--no-install-recommends', 'chromium'],
    ],
  };
  const download: WayToInstall = {
    how: "trying Playwright's download",
    commands: [['playwright', 'install', '--no-shell', 'chromium']],
  };
  return isRoot && isThere('/etc/debian_version') ? [debian, download] : [download];
}

function thisMachine(): Machine {
  const { platform, env: environment } = process;
  return {
    platform,
    environment,
    isRoot: process.getuid?.() === 0,
    playwrightProgram: chromium.executablePath(),
    isThere: existsSync,
    // What these say of a machine without a network fills a screen; the sentence at the end says what to do.
    run: (command, args) =>
      spawnSync(command, args, {
        stdio: 'ignore',
        env: { ...environment, DEBIAN_FRONTEND: 'noninteractive' },
        shell: platform === 'win32',
      }).status === 0,
    say: console.log,
  };
}
