import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFolder } from '../../agent/jobs/open-folder.ts';
import { sealFolder } from '../../agent/jobs/seal-folder.ts';
import { folderSnapshot } from '../support/folder-snapshot.ts';
import { asPlainUser, giveToPlainUser } from '../support/other-user.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
const at = (...steps: string[]) => path.join(alice.folder, ...steps);
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
});
afterAll(() => world.close());

async function run(job: typeof openFolder | typeof sealFolder, source: string) {
  const { report, failed } = collector();
  const made = await job(alice.agent.jobs, { source: at(source) }, report);
  return { isWhole: made?.isWhole, failed: failed.map(({ error }) => error.code) };
}

test('modes that keep out even their own person come back, and are no obstacle to cleaning up', async () => {
  await mkdir(at('photos/read only/deeper'), { recursive: true });
  await writeFile(at('photos/read only/deeper/file'), 'deep');
  await mkdir(at('photos/unsearchable'));
  await chmod(at('photos/read only/deeper'), 0o500);
  await chmod(at('photos/read only'), 0o500);
  await chmod(at('photos/unsearchable'), 0o600);
  await chmod(at('photos'), 0o500);
  await giveToPlainUser(world.folder);
  const before = await folderSnapshot(at('photos'));
  await asPlainUser(async () => {
    expect(await run(sealFolder, 'photos')).toEqual({ isWhole: true, failed: [] });
    expect(await run(openFolder, 'photos.sealed')).toEqual({ isWhole: true, failed: [] });
    await chmod(alice.folder, 0o500);
    expect((await run(openFolder, 'photos.sealed')).failed).toEqual(['OUTPUT_NOT_WRITABLE']);
    await chmod(alice.folder, 0o700);
  });
  expect(await folderSnapshot(at('photos (2)'))).toEqual(before);
  expect((await readdir(alice.folder)).sort()).toEqual(['photos', 'photos (2)', 'photos.sealed']);
});
