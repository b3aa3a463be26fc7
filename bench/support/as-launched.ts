import { spawnSync } from 'node:child_process';
import { nodeFlags } from '../../bin/launch.mjs';

/**
 * Whether this process has the flags that the launcher gives. One that has not starts itself again with them, waits for
 * its end, and ends as it did: figures without them would be another program's.
 */
export function isAsLaunched(): boolean {
  if (nodeFlags.every((flag) => process.execArgv.includes(flag))) return true;
  const args = [...nodeFlags, ...process.execArgv, ...process.argv.slice(1)];
  const { status, signal } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (signal) console.error(`It was ended by ${signal}.`);
  process.exitCode = status ?? 1;
  return false;
}
