import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { someBytes } from '../support/engine.ts';
import type { FolderJob } from '../support/folder-job-process.ts';
import { folderSnapshot } from '../support/folder-snapshot.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
const at = (...steps: string[]) => path.join(alice.folder, ...steps);
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
  for (let folder = 0; folder < 6; folder += 1) {
    await mkdir(at('photos', `${folder}`, 'deep'), { recursive: true });
    for (let file = 0; file < 60; file += 1)
      await writeFile(at('photos', `${folder}`, 'deep', `${file}`), someBytes(3000 + file));
  }
  await symlink('0/deep/1', at('photos/link'));
  await sealFolder(alice.agent.jobs, { source: at('photos') }, collector().report);
});
afterAll(() => world.close());

/** Starts a process that does it, and kills it after so many lines. @returns its last words. */
async function killedAfter(
  lines: number,
  { kind, source, dies }: Pick<FolderJob, 'kind' | 'source' | 'dies'>,
): Promise<string> {
  const { proxies, now } = world;
  const addresses = { kms: proxies.kms.address, cloud: proxies.cloud.address };
  const how = dies ? { kind, dies } : { kind };
  const job: FolderJob = { ...how, source, home: alice.home, addresses, now: now().toISOString() };
  const program = path.join(import.meta.dirname, '..', 'support', 'folder-job-process.ts');
  const child = spawn(process.execPath, [program, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let [seen, last] = [0, ''];
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    seen += 1;
    if (seen >= lines) child.kill('SIGKILL');
  }
  await ended;
  return last;
}

test.each([2, 200, 361, 362])(
  'killed after %i steps a folder is whole or not there',
  async (lines) => {
    const before = await folderSnapshot(at('photos'));
    for (const [kind, source, made] of [
      ['seal', 'photos', 'photos (2).sealed'],
      ['open', 'photos.sealed', 'photos (2)'],
    ] as const) {
      expect(await killedAfter(lines, { kind, source: at(source) })).toMatch(
        /^(connected|progress|finished)$/,
      );
      // The next start.
      const { jobs } = await world.connect('alice');
      const names = await readdir(alice.folder);
      expect(['photos', 'photos.sealed', made]).toEqual(expect.arrayContaining(names));
      expect(await folderSnapshot(at('photos'))).toEqual(before);
      if (!names.includes(made)) continue;
      if (kind === 'open') expect(await folderSnapshot(at(made))).toEqual(before);
      else {
        const { report, failed } = collector();
        const opened = await openFolder(jobs, { source: at(made) }, report);
        expect([failed, opened?.isWhole]).toEqual([[], true]);
        expect(await folderSnapshot(opened?.out ?? '')).toEqual(before);
        await rm(opened?.out ?? '', { recursive: true });
      }
      await rm(at(made), { recursive: true });
    }
  },
  60_000,
);

test.each(['before', 'after'] as const)(
  'killed just %s it moves, a folder is whole where it was or in the trash, and a sealed one has all of it',
  async (dies) => {
    const before = await folderSnapshot(at('photos'));
    const kind = 'trash';
    expect(await killedAfter(Infinity, { kind, source: at('photos'), dies })).toMatch(
      /^(progress|finished)$/,
    );
    const { jobs } = await world.connect('alice');
    const trash = path.join(alice.home, 'Trash');
    const moved = path.join(trash, 'files', 'photos');
    const isThere = (await readdir(alice.folder)).includes('photos');
    expect([isThere, await readdir(path.join(trash, 'files'))]).toEqual(
      dies === 'before' ? [true, []] : [false, ['photos']],
    );
    expect(await readdir(path.join(trash, 'info'))).toEqual(['photos.trashinfo']);
    expect(await folderSnapshot(isThere ? at('photos') : moved)).toEqual(before);
    if (!isThere) await rename(moved, at('photos'));
    const { report, failed } = collector();
    const opened = await openFolder(jobs, { source: at('photos (2).sealed') }, report);
    expect([failed, opened?.isWhole]).toEqual([[], true]);
    expect(await folderSnapshot(opened?.out ?? '')).toEqual(before);
    for (const made of [opened?.out ?? '', at('photos (2).sealed'), trash])
      await rm(made, { recursive: true });
  },
  60_000,
);
