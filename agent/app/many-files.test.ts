import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { platform } from 'node:process';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileRef } from '../../shared/bridge/state.ts';
import { someBytes } from '../../test/support/engine.ts';
import { startTestApp, type TestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';

let world: TestWorld;
let ann: TestApp;
beforeAll(async () => {
  world = await startTestWorld();
  ann = await startTestApp(world, 'ann');
  await ann.register('ann');
});
afterAll(async () => {
  expect(ann.reported).toEqual([]);
  await ann.app.close();
  await world.close();
});

const MANY = 25;
const contentOf = (index: number) => someBytes(index * 1000);

async function writeMany(folder: string): Promise<string[]> {
  await mkdir(path.join(ann.folder, folder), { recursive: true });
  return Promise.all(
    Array.from({ length: MANY }, (_, index) => ann.write(`${folder}/${index}.bin`, contentOf(index))),
  );
}

const offerAll = (files: readonly string[]) => Promise.all(files.map((file) => ann.app.offerPath(file)));

async function run(call: 'jobs.start' | 'jobs.upload', offered: readonly FileRef[]) {
  const { ids } = await ann.call(call, { refs: offered.map(({ ref }) => ref) });
  return Promise.all(ids.map((id) => ann.ended(id)));
}

/** From the page: `bytes`, whatever they are called. */
const stream = (name: string, bytes: Uint8Array) =>
  ann.app.offerStream({ name, size: bytes.length }, async () =>
    Readable.from([bytes], { objectMode: false }),
  );

test('more than twenty files of one kind are one job, which seals, opens and counts them', async () => {
  const files = await writeMany('desk');
  const jobs = await run('jobs.start', await offerAll(files));
  expect(jobs).toMatchObject([
    { kind: 'seal', state: 'done', name: '0.bin', files: { total: MANY, done: MANY }, failures: [] },
  ]);
  expect(jobs[0]?.bytes).toBe(jobs[0]?.total);
  expect(jobs[0]?.total).toBe(files.reduce((sum, _, index) => sum + contentOf(index).length, 0));
  // By path they are beside their sources, each once.
  const sealed = files.map((file) => `${file}.enc`);
  expect(await ann.names(path.join(ann.folder, 'desk'))).toHaveLength(3 * MANY);
  for (const file of files) await rm(file);

  // A plain one and a missing key between them.
  await rm(path.join(ann.folder, 'desk', '3.bin.key'));
  const mixed = await offerAll([...sealed, await ann.write('desk/plain.txt', 'plain')]);
  const opened = await run('jobs.start', mixed);
  expect(opened).toMatchObject([
    { kind: 'open', state: 'done', files: { total: MANY, done: MANY } },
    { kind: 'seal', state: 'done', name: 'plain.txt', files: { total: 1 } },
  ]);
  for (const [index, file] of files.entries())
    expect((await readFile(file)).equals(contentOf(index))).toBe(true);
});

test('what fails among many is told by name; a retry does what is not done, and only that', async () => {
  const files = await writeMany('retried');
  const offered = await offerAll(files);
  const missing = files[7] ?? '';
  await rm(missing);
  const [job] = await run('jobs.start', offered);
  expect(job).toMatchObject({
    state: 'failed',
    error: null,
    files: { total: MANY, done: MANY - 1 },
    failed: 1,
    failures: [{ name: '7.bin', error: { code: 'FILE_NOT_FOUND', details: { file: '7.bin' } } }],
    can_retry: true,
  });
  await ann.write('retried/7.bin', 'back again');
  await ann.call('jobs.retry', { id: job?.id ?? '' });
  expect(await ann.ended(job?.id ?? '')).toMatchObject({ state: 'done', files: { done: MANY }, failed: 0 });
  expect(await ann.names(path.join(ann.folder, 'retried'))).toHaveLength(3 * MANY);
});

test('a page’s files of the same name are each sealed, and opened', async () => {
  const contents = Array.from({ length: MANY }, (_, index) => someBytes(index * 10_000));
  const [job] = await run(
    'jobs.start',
    contents.map((bytes) => stream('scan.bin', bytes)),
  );
  expect(job).toMatchObject({ state: 'done', files: { total: MANY, done: MANY } });
  const sealed = await Promise.all(
    Array.from({ length: 2 * MANY }, (_, index) => ann.app.output(job?.id ?? '', index)?.path ?? '')
      .filter((file) => file.endsWith('.enc'))
      .map(async (file) => stream(path.basename(file), await readFile(file))),
  );
  expect(sealed).toHaveLength(MANY);
  const [opened] = await run('jobs.start', sealed);
  expect(opened).toMatchObject({ kind: 'open', state: 'done', files: { done: MANY } });
  const found = await Promise.all(
    contents.map(
      async (_, index) => (await readFile(ann.app.output(opened?.id ?? '', index)?.path ?? '')).length,
    ),
  );
  expect(found.toSorted((a, b) => a - b)).toEqual(contents.map(({ length }) => length));
});

test('many are uploaded by one job, sealed and plain; the pairs of those that fail are taken back', async () => {
  await run('jobs.upload', [await ann.app.offerPath(await ann.write('taken.txt', 'mine'))]);
  await mkdir(path.join(ann.folder, 'up'));
  const plain = await Promise.all(
    Array.from({ length: MANY }, (_, index) => ann.write(`up/plan-${index}.txt`, `plan ${index}`)),
  );
  const [sealedJob] = await run('jobs.start', [
    await ann.app.offerPath(await ann.write('up/before.txt', 'before')),
  ]);
  const enc = ann.app.output(sealedJob?.id ?? '', 0)?.path ?? '';
  const before = await ann.names(path.join(ann.folder, 'up'));
  const taken = await ann.write('up/taken.txt', 'the name is taken');
  const [job] = await run('jobs.upload', await offerAll([...plain, enc, taken]));
  expect(job).toMatchObject({
    kind: 'upload',
    state: 'failed',
    files: { total: MANY + 2, done: MANY + 1 },
    failures: [{ name: 'taken.txt', error: { code: 'CLOUD_NAME_TAKEN' } }],
  });
  const names = (await ann.call('cloud.list', {})).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['before.txt', 'plan-0.txt', `plan-${MANY - 1}.txt`]));
  const pairs = plain.flatMap((file) => [`${path.basename(file)}.enc`, `${path.basename(file)}.key`]);
  expect(await ann.names(path.join(ann.folder, 'up'))).toEqual([...before, ...pairs, 'taken.txt'].toSorted());
  // What a job sealed is uploaded by one as well.
  const [many] = await run('jobs.start', await offerAll(await writeMany('sealed-first')));
  const { id } = await ann.call('jobs.upload-output', { id: many?.id ?? '' });
  expect(await ann.ended(id)).toMatchObject({ kind: 'upload', state: 'done', files: { done: MANY } });
});

test.runIf(platform !== 'win32')(
  'a folder is one job whatever is in it; sealed, it is opened again, and says what it left out',
  async () => {
    const files = await writeMany('photos');
    const photos = path.join(ann.folder, 'photos');
    await mkdir(path.join(photos, 'empty'));
    const socket = createServer().listen(path.join(photos, 'socket'));
    await once(socket, 'listening');
    const plain = await ann.app.offerPath(await ann.write('beside.txt', 'beside'));
    const [sealed, beside] = await run('jobs.start', [await ann.app.offerPath(photos), plain]);
    socket.close();
    expect(sealed).toMatchObject({
      kind: 'seal',
      name: 'photos',
      state: 'done',
      files: { total: 1, done: 1 },
      failed: 1,
      failures: [{ name: 'socket', error: { code: 'FILE_NOT_A_FILE' } }],
      outputs: [{ name: 'photos.sealed', folder: ann.folder }],
    });
    expect(sealed?.bytes).toBe(files.reduce((sum, _, index) => sum + contentOf(index).length, 0));
    expect(beside).toMatchObject({ name: 'beside.txt', state: 'done' });

    const [opened] = await run('jobs.start', [
      await ann.app.offerPath(path.join(ann.folder, 'photos.sealed')),
    ]);
    expect(opened).toMatchObject({
      kind: 'open',
      state: 'done',
      failed: 0,
      outputs: [{ name: 'photos (2)' }],
    });
    const restored = path.join(ann.folder, 'photos (2)');
    expect((await readFile(path.join(restored, '7.bin'))).equals(contentOf(7))).toBe(true);
    expect(await ann.names(restored)).toHaveLength(MANY + 1);
    for (const folder of [photos, path.join(ann.folder, 'photos.sealed')]) {
      const [refused] = await run('jobs.upload', [await ann.app.offerPath(folder)]);
      expect(refused).toMatchObject({ state: 'failed', error: { code: 'FILE_IS_A_FOLDER' } });
    }
  },
);

test('a large file that is paused stands still, and goes on when it is resumed', async () => {
  const bytes = someBytes(60_000_000);
  const offered = await ann.app.offerPath(await ann.write('large.bin', bytes));
  const { ids } = await ann.call('jobs.start', { refs: [offered.ref] });
  const id = ids[0] ?? '';
  await ann.call('jobs.pause', { id });
  expect((await ann.call('jobs.list', {})).find((job) => job.id === id)).toMatchObject({
    state: 'paused',
    can_pause: false,
    rate: 0,
  });
  await ann.call('jobs.resume', { id });
  expect(await ann.ended(id)).toMatchObject({ state: 'done', bytes: bytes.length });
  const enc = await ann.app.offerPath(ann.app.output(id, 0)?.path ?? '');
  const [opened] = await run('jobs.start', [enc]);
  expect((await readFile(ann.app.output(opened?.id ?? '', 0)?.path ?? '')).equals(bytes)).toBe(true);
});
