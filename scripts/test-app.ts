import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { isBuilt } from './build-state.ts';
import { provideBrowser } from './find-browser.ts';
import { whyNoElectron } from './find-electron.ts';

/** `npm run test:app`: drives the built window. What follows `--` goes to Playwright. */
const ROOT = path.join(import.meta.dirname, '..');

function run(): number {
  if (!isBuilt()) throw new Error('There is no build of these sources to test; run "npm run build".');
  const browser = provideBrowser();
  const reason = whyNoElectron();
  if (reason !== undefined) console.log(`The project electron did not run: ${reason}.`);
  const { status } = spawnSync('playwright', ['test', ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, SEALKEEP_TEST_BROWSER: browser },
    shell: process.platform === 'win32',
  });
  return status ?? 1;
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
