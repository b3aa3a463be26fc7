import { spawnSync } from 'node:child_process';
import { isBuilt } from './build-state.ts';

/**
 * npm's `prepare`: `npm ci` builds. npm also calls it at the first `npx sealkeep` of a folder, when servers may be
 * running from the build that is there; that one is left alone.
 */
if (!isBuilt()) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}
