import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { env, platform } from 'node:process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestWorld, type TestWorld } from '../support/test-world.ts';
import type { AllJobs } from './all-jobs.ts';
import { whatWouldBeLost } from './disk-model.ts';
import { EFFECTS_SETTING, type Effect, NO_LINKS_SETTING, readEffects } from './effect.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.close());

/** Runs every job once in a process of its own, whose calls are recorded. */
async function effectsOfAllJobs(user: string, settings: Readonly<Record<string, string>>): Promise<Effect[]> {
  const alice = await world.person(user);
  const folder = path.join(alice.folder, 'all');
  await mkdir(folder);
  const { proxies, now } = world;
  const addresses = { kms: proxies.kms.address, cloud: proxies.cloud.address };
  const jobs: AllJobs = { user, home: alice.home, folder, addresses, now: now().toISOString() };
  const record = path.join(world.folder, `${user}.effects`);
  const here = (name: string) => path.join(import.meta.dirname, name);
  const child = spawn(process.execPath, [here('all-jobs.ts'), JSON.stringify(jobs)], {
    // The way into worker threads as well.
    env: {
      ...env,
      NODE_OPTIONS: `--import=${here('record-effects.ts')}`,
      [EFFECTS_SETTING]: record,
      ...settings,
    },
  });
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect([said, complained]).toEqual(['5 moved\n', '']);
  return readEffects(record);
}

test.skipIf(platform === 'win32').each([
  ['with hard links', 'ann', {}],
  ['without hard links', 'ben', { [NO_LINKS_SETTING]: '1' }],
])(
  'whenever the power goes nothing has a name that is not whole, and what was told as done is there, %s',
  async (_, user, settings) => {
    const effects = await effectsOfAllJobs(user, settings);
    expect(new Set(whatWouldBeLost(effects))).toEqual(new Set());
    const count = (did: Effect['did']) => effects.filter((effect) => effect.did === did).length;
    expect(count('link') > 0).toBe(!(NO_LINKS_SETTING in settings));
    expect(count('say')).toBeGreaterThan(15);
  },
  60_000,
);
