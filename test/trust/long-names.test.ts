import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { downloadFile } from '../../agent/jobs/download-file.ts';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
});
afterAll(() => world.close());

test.each([
  ['of 255 bytes', `${'x'.repeat(251)}.jpg`],
  ['of many bytes a letter', `${'日本'.repeat(42)}.js`],
])('a file with a name %s is sealed, uploaded, downloaded and opened under that name', async (kind, name) => {
  const { enc } = await alice.sealed(name, `content ${kind}`);
  expect(Buffer.byteLength(path.basename(enc))).toBeLessThanOrEqual(255);
  const { finished, failed } = await alice.upload(enc);
  expect(failed).toEqual([]);
  expect(finished[0]?.out).toBe(name);

  const elsewhere = path.join(alice.folder, kind);
  await mkdir(elsewhere);
  const request = { owner: 'alice', name, folder: elsewhere };
  const downloads = [
    await downloadFile(alice.agent.jobs, request),
    await downloadFile(alice.agent.jobs, request),
  ];
  const { report, ...opened } = collector();
  await openFiles(alice.agent.jobs, { sources: [downloads[0]?.out ?? ''] }, report);
  expect(opened.failed).toEqual([]);
  expect(await readFile(path.join(elsewhere, name), 'utf8')).toBe(`content ${kind}`);

  const mine = path.join(elsewhere, 'mine.enc');
  await rename(downloads[1]?.out ?? '', mine);
  await openFiles(alice.agent.jobs, { sources: [mine] }, report);
  expect(await readdir(elsewhere)).toContain('mine');
});
