import { chmod, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { someBytes } from '../support/engine.ts';
import { asPlainUser, giveToPlainUser } from '../support/other-user.ts';
import { sentencesOf } from '../support/sentences.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
let pair: { enc: string; key: string };
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
  pair = await alice.sealed('sealed.bin', someBytes(2 * 1024 * 1024));
});
afterAll(() => world.close());

type Job = typeof sealFiles | typeof openFiles;

/** Runs a job into a folder where nothing may appear; gives the codes. */
async function refused(job: Job, source: string, folder: string, signal?: AbortSignal): Promise<string[]> {
  const before = await readdir(folder);
  const { report, ...outcome } = collector();
  await job(alice.agent.jobs, { sources: [source], folder, signal }, report);
  expect(outcome.finished).toEqual([]);
  expect(await readdir(folder)).toEqual(before);
  sentencesOf(outcome.failed);
  return outcome.failed.map(({ error }) => error.code);
}

const jobs: [string, Job, () => string][] = [
  ['sealing', sealFiles, () => pair.enc.replace(/\.enc$/, '')],
  ['opening', openFiles, () => pair.enc],
];

test.each(jobs)('%s into a folder without write permission leaves nothing', async (_, job, source) => {
  const folder = path.join(alice.folder, 'closed');
  await mkdir(folder, { mode: 0o755 });
  try {
    // The other person may read all that the job reads.
    await alice.agent.login.tokens();
    for (const one of [
      world.folder,
      path.dirname(alice.home),
      alice.home,
      path.dirname(alice.folder),
      alice.folder,
    ])
      await chmod(one, 0o755);
    for (const one of [alice.folder, alice.home]) {
      for (const name of await readdir(one)) await chmod(path.join(one, name), 0o755);
    }
    await giveToPlainUser(alice.home);
    await chmod(folder, 0o555);
    expect(await asPlainUser(() => refused(job, source(), folder))).toEqual(['OUTPUT_NOT_WRITABLE']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const disk = mountSmallDisk();
test.skipIf(!disk).each(jobs)('%s onto a full disk leaves nothing', async (_, job, source) => {
  expect(await refused(job, source(), disk?.folder ?? '')).toEqual(['OUTPUT_NO_SPACE']);
});
afterAll(() => disk?.remove());

test.each(jobs)('%s that was cancelled leaves nothing', async (_, job, source) => {
  const folder = path.join(alice.folder, 'cancelled');
  await mkdir(folder);
  expect(await refused(job, source(), folder, AbortSignal.abort())).toEqual(['JOB_CANCELLED']);
  await rm(folder, { recursive: true });
});

test.each(jobs)('%s what is not there, or no file, is said of that one alone', async (_, job) => {
  const before = await alice.names();
  await symlink('nowhere', path.join(alice.folder, 'dangling'));
  const { report, ...outcome } = collector();
  const sources = ['missing.enc', 'dangling', '.'].map((name) => path.join(alice.folder, name));
  await job(alice.agent.jobs, { sources }, report);
  expect(outcome.failed.map(({ error }) => error.code)).toEqual([
    'FILE_NOT_FOUND',
    'FILE_NOT_FOUND',
    'FILE_NOT_A_FILE',
  ]);
  sentencesOf(outcome.failed);
  await rm(path.join(alice.folder, 'dangling'));
  expect(await alice.names()).toEqual(before);
});

test('names that exist are numbered, both halves alike, and nothing is overwritten', async () => {
  const again = await alice.sealed('sealed.bin', 'another');
  expect(path.basename(again.enc)).toBe('sealed (2).bin.enc');
  const { finished } = await alice.open(again.enc);
  expect(finished.map(({ out }) => path.basename(out))).toEqual(['sealed (2).bin']);
});

test('servers that stop while files are sealed leave nothing', async () => {
  const folder = path.join(alice.folder, 'stopped');
  await mkdir(folder);
  world.proxies.cloud.meddle = async (request, forward) =>
    request.path === '/resources/keys' ? { ...(await forward()), cut: { after: 3 } } : forward();
  expect(await refused(sealFiles, pair.enc.replace(/\.enc$/, ''), folder)).toEqual(['SERVER_UNREACHABLE']);
  world.proxies.cloud.meddle = undefined;
});
