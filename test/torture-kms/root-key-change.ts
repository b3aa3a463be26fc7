import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { testConfig } from '../kms/start-test-kms.ts';
import type { Known } from './prepare.ts';

const PROGRAM = path.join(import.meta.dirname, '..', 'support', 'change-root-key-process.ts');
/** More than there are: it kills itself after none of them. */
const ALL_STEPS = '1000000';
/** Before this it only loads. */
const LOADING_MS = 200;

/**
 * Changes the root key, kills that once, lets the same command go on to its end, and throws the old root key away.
 * @returns the installation under its new root key.
 */
export async function killRootKeyChange(known: Known, run: number, killedAfterMs: number): Promise<Known> {
  const { folder, rootKeyFile } = known.installation;
  const next = path.join(folder, `root-${run}.key`);
  const args = [PROGRAM, testConfig(folder).databaseFile, `file:${rootKeyFile}`, `file:${next}`, ALL_STEPS];
  const start = () => spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });

  const victim = start();
  const ended = once(victim, 'exit');
  await Promise.race([delay(LOADING_MS + killedAfterMs), ended]);
  victim.kill('SIGKILL');
  await ended;
  const [code] = await once(start(), 'exit');
  if (code !== 0) throw new Error(`the change of the root key does not come to its end: ${code}`);
  await rm(rootKeyFile);
  return { ...known, installation: { ...known.installation, rootKeyFile: next } };
}
