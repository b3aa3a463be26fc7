import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const NONE =
  'There is no browser for the tests of the window; run "npx playwright install chromium", or install Chromium and set SEALKEEP_TEST_BROWSER to its program.';

/** A Chromium that is here: the one that is named, Playwright's own, or the system's. */
export function findBrowser(): string | undefined {
  const named = process.env['SEALKEEP_TEST_BROWSER'];
  if (named) return named;
  return [chromium.executablePath(), '/usr/bin/chromium'].find((program) => existsSync(program));
}

/** As `findBrowser`; where there is none, Debian's is installed if that is possible. */
export function provideBrowser(): string {
  const found = findBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log('There is no browser for the tests of the window; installing Chromium with apt-get.');
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
    }
  }
  const installed = findBrowser();
  if (!installed) throw new Error(NONE);
  return installed;
}
