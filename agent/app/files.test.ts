import { chmod, copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { platform } from 'node:process';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FileRef } from '../../shared/bridge/state.ts';
import { someBytes } from '../../test/support/engine.ts';
import { asPlainUser, giveToPlainUser } from '../../test/support/other-user.ts';
import { startTestApp, type TestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';
import { createHeldFolder } from '../folders/held-folder.ts';
import { dropPair } from './jobs/single-file.ts';

let world: TestWorld;
let ann: TestApp;
let ben: TestApp;
beforeAll(async () => {
  world = await startTestWorld();
  [ann, ben] = [await startTestApp(world, 'ann'), await startTestApp(world, 'ben')];
  await ann.register('ann');
  await ben.register('ben');
});
afterAll(async () => {
  expect([...ann.reported, ...ben.reported]).toEqual([]);
  await Promise.all([ann.app.close(), ben.app.close()]);
  await world.close();
});

function dropStream(to: TestApp, name: string, bytes: Uint8Array, size = bytes.length): FileRef {
  return to.app.offerStream({ name, size }, async () => Readable.from([bytes], { objectMode: false }));
}

async function run(to: TestApp, call: 'jobs.start' | 'jobs.upload', ...refs: FileRef[]) {
  const { ids } = await to.call(call, { refs: refs.map(({ ref }) => ref) });
  return Promise.all(ids.map((id) => to.ended(id)));
}

function outputOf(of: TestApp, id: string | undefined, index = 0): Promise<Buffer> {
  return readFile(of.app.output(id ?? '', index)?.path ?? '');
}

test('by path: sealed beside the source and opened again, by name and by how it begins', async () => {
  const bytes = someBytes(100_000);
  const [job] = await run(ann, 'jobs.start', await ann.app.offerPath(await ann.write('日本語.txt', bytes)));
  expect(job).toMatchObject({
    kind: 'seal',
    state: 'done',
    bytes: 100_000,
    total: 100_000,
    outputs: [
      { name: '日本語.txt.enc', folder: ann.folder },
      { name: '日本語.txt.key', folder: ann.folder },
    ],
  });
  const enc = path.join(ann.folder, '日本語.txt.enc');
  const [opened] = await run(ann, 'jobs.start', await ann.app.offerPath(enc));
  expect(opened).toMatchObject({ kind: 'open', state: 'done', outputs: [{ name: '日本語 (2).txt' }] });
  expect((await outputOf(ann, opened?.id)).equals(bytes)).toBe(true);
  // A sealed file under another name, whose key only the registry has.
  const strange = path.join(ann.folder, 'strange.bin');
  await copyFile(enc, strange);
  const [found] = await run(ann, 'jobs.start', await ann.app.offerPath(strange));
  expect(found).toMatchObject({ kind: 'open', state: 'done' });
  expect((await outputOf(ann, found?.id)).equals(bytes)).toBe(true);
});

test.runIf(platform !== 'win32')(
  'where the source’s folder may not be written, outputs go to the folder of the settings',
  async () => {
    const readOnly = path.join(ann.folder, 'read-only');
    await mkdir(readOnly);
    const bytes = someBytes(1000);
    const plain = await ann.app.offerPath(await ann.write('read-only/a.txt', bytes));
    await mkdir(ann.outputs, { recursive: true });
    await giveToPlainUser(world.folder);
    await chmod(readOnly, 0o555);
    const jobs = await asPlainUser(() => run(ann, 'jobs.start', plain));
    expect(jobs).toMatchObject([
      {
        state: 'done',
        outputs: [
          { name: 'a.txt.enc', folder: ann.outputs },
          { name: 'a.txt.key', folder: ann.outputs },
        ],
      },
    ]);
    expect(await ann.names(readOnly)).toEqual(['a.txt']);

    await chmod(readOnly, 0o755);
    await copyFile(path.join(ann.outputs, 'a.txt.enc'), path.join(readOnly, 'a.txt.enc'));
    await chmod(readOnly, 0o555);
    const sealed = await ann.app.offerPath(path.join(readOnly, 'a.txt.enc'));
    const [opened] = await asPlainUser(() => run(ann, 'jobs.start', sealed));
    expect(opened).toMatchObject({ state: 'done', outputs: [{ name: 'a.txt', folder: ann.outputs }] });
    expect((await outputOf(ann, opened?.id)).equals(bytes)).toBe(true);
    expect(await ann.names(readOnly)).toEqual(['a.txt', 'a.txt.enc']);
    await chmod(readOnly, 0o755);
  },
);

test('by stream: sealed into the folder of the settings, and opened with its key, or by the registry', async () => {
  const bytes = someBytes(2_500_000);
  const sealed = await run(
    ann,
    'jobs.start',
    dropStream(ann, 'photo.raw', bytes),
    dropStream(ann, 'none', Buffer.of()),
  );
  expect(sealed).toMatchObject([
    { state: 'done', outputs: [{ name: 'photo.raw.enc', folder: ann.outputs }, { name: 'photo.raw.key' }] },
    { state: 'done', total: 0 },
  ]);
  const [enc, key] = [await outputOf(ann, sealed[0]?.id), await outputOf(ann, sealed[0]?.id, 1)];
  const pair = [dropStream(ann, 'photo.raw.key', key), dropStream(ann, 'photo.raw.enc', enc)];
  const opened = await run(ann, 'jobs.start', ...pair);
  expect(opened).toMatchObject([{ kind: 'open', state: 'done', outputs: [{ name: 'photo.raw' }] }]);
  expect((await outputOf(ann, opened[0]?.id)).equals(bytes)).toBe(true);
  const [alone] = await run(ann, 'jobs.start', dropStream(ann, 'photo.raw.enc', enc));
  expect((await outputOf(ann, alone?.id)).equals(bytes)).toBe(true);
  const wrongKey = dropStream(ann, 'photo.raw.key', await outputOf(ann, sealed[1]?.id, 1));
  const [wrong] = await run(ann, 'jobs.start', dropStream(ann, 'photo.raw.enc', enc), wrongKey);
  expect(wrong).toMatchObject({ state: 'failed', error: { code: 'KEY_FILE_MISMATCH' } });
  const [short] = await run(ann, 'jobs.start', dropStream(ann, 'short', bytes, bytes.length + 1));
  expect(short).toMatchObject({ state: 'failed', error: { code: 'FILE_CHANGED' }, can_retry: true });
});

test('a folder that the page holds is one job of its own; the cloud takes none', async () => {
  const draft = createHeldFolder('photos', async () => Readable.from([Buffer.from('x')]));
  draft.add([{ kind: 'file', path: 'a', size: 1, mtime: 0 }]);
  const folder = ann.app.offerFolder(draft.folder());
  expect(await run(ann, 'jobs.upload', folder)).toMatchObject([
    { state: 'failed', error: { code: 'FILE_IS_A_FOLDER', details: { file: 'photos' } } },
  ]);
  const jobs = await run(ann, 'jobs.start', folder, dropStream(ann, 'beside', Buffer.of(1)));
  expect(jobs).toMatchObject([
    {
      kind: 'seal',
      state: 'done',
      folder: 'page',
      outputs: [{ name: 'photos.sealed', folder: ann.outputs }],
    },
    { kind: 'seal', state: 'done', name: 'beside' },
  ]);
  expect(jobs[0]).not.toHaveProperty('can_prove');
  // It lies on this machine now, and opens there; it is no file that the cloud would take.
  const { id } = await ann.call('jobs.open-output', { id: jobs[0]?.id ?? '' });
  expect(await ann.ended(id)).toMatchObject({ kind: 'open', state: 'done', folder: 'here' });
  expect(await readFile(path.join(ann.outputs, 'photos', 'a'), 'utf8')).toBe('x');
  expect(await ann.refusal('jobs.upload-output', { id: jobs[0]?.id ?? '' })).toBe('REQUEST_INVALID');
  ann.app.withdraw([folder.ref]);
  expect(await ann.refusal('jobs.start', { refs: [folder.ref] })).toBe('FILE_NOT_FOUND');
});

test('cancelled while the page’s stream stalls, a job leaves nothing, and runs again', async () => {
  const before = await ann.names(ann.outputs);
  let asked = Promise.withResolvers<PassThrough>();
  const ref = ann.app.offerStream({ name: 'slow', size: 3_000_000 }, async () => {
    const stream = new PassThrough();
    asked.resolve(stream);
    return stream;
  });
  const { ids } = await ann.call('jobs.start', { refs: [ref.ref] });
  const [id = ''] = ids;
  const stalled = await asked.promise;
  stalled.write(Buffer.alloc(2_000_000));
  await ann.until((_, jobs) => jobs.some((job) => job.id === id && job.bytes > 0));
  expect((await ann.names(ann.outputs)).length).toBe(before.length + 1);
  await ann.call('jobs.cancel', { id });
  expect(await ann.ended(id)).toMatchObject({ state: 'cancelled', error: null, outputs: [] });
  expect(await ann.names(ann.outputs)).toEqual(before);
  expect(stalled.destroyed).toBe(true);

  asked = Promise.withResolvers<PassThrough>();
  await ann.call('jobs.retry', { id });
  (await asked.promise).end(Buffer.alloc(3_000_000));
  expect(await ann.ended(id)).toMatchObject({ state: 'done', outputs: [{ name: 'slow.enc' }, {}] });
  ann.app.withdraw([ref.ref]);
  expect(await ann.refusal('jobs.start', { refs: [ref.ref] })).toBe('FILE_NOT_FOUND');
  expect((await ann.call('jobs.list', {})).find((job) => job.id === id)?.can_retry).toBe(false);
});

test('uploaded, listed, downloaded, opened elsewhere, shared, taken back and removed', async () => {
  const bytes = someBytes(300_000);
  const uploads = await run(
    ann,
    'jobs.upload',
    await ann.app.offerPath(await ann.write('plan.txt', bytes)),
    dropStream(ann, 'by stream', bytes),
  );
  expect(uploads).toMatchObject([
    { kind: 'upload', state: 'done', outputs: [{ name: 'plan.txt.enc' }, {}] },
    { kind: 'upload', state: 'done' },
  ]);
  const enc = await outputOf(ann, uploads[0]?.id);
  const again = await run(ann, 'jobs.upload', dropStream(ann, 'plan.txt.enc', enc));
  expect(again).toMatchObject([{ state: 'done', total: enc.length, bytes: enc.length, outputs: [] }]);
  const [sealed] = await run(ann, 'jobs.start', dropStream(ann, 'later', bytes));
  const { id: later } = await ann.call('jobs.upload-output', { id: sealed?.id ?? '' });
  expect(await ann.ended(later)).toMatchObject({ state: 'done', name: 'later.enc' });
  const { id: looked } = await ann.call('jobs.open-output', { id: sealed?.id ?? '' });
  expect(await ann.ended(looked)).toMatchObject({ kind: 'open', state: 'done' });
  expect(await outputOf(ann, looked)).toEqual(bytes);
  const listed = await ann.call('cloud.list', {});
  expect(listed.map(({ name, size }) => [name, size]).sort()).toEqual([
    ['by stream', 300_000],
    ['later', 300_000],
    ['plan.txt', 300_000],
  ]);

  const { id: refusedId } = await ben.call('cloud.download', { owner: 'ann', name: 'plan.txt', open: true });
  expect(await ben.ended(refusedId)).toMatchObject({ state: 'failed', error: { code: 'CLOUD_NOT_FOUND' } });
  await ann.call('shares.add', { name: 'plan.txt', with: 'ben', role: 'reader', until: null });
  expect(await ann.call('shares.list', { name: 'plan.txt' })).toMatchObject([
    { with: 'ben', role: 'reader' },
  ]);
  expect(await ben.call('cloud.shared-with-me', {})).toMatchObject([{ name: 'plan.txt', owner: 'ann' }]);
  await ben.call('jobs.retry', { id: refusedId });
  const got = await ben.ended(refusedId);
  expect(got).toMatchObject({
    state: 'done',
    outputs: [{ name: 'plan.txt', folder: ben.outputs }, { name: 'plan.txt.enc' }, { name: 'plan.txt.key' }],
  });
  expect(got.bytes).toBe(got.total);
  expect((await outputOf(ben, refusedId)).equals(bytes)).toBe(true);

  await ann.call('shares.remove', { name: 'plan.txt', with: 'ben' });
  const [refused] = await run(
    ben,
    'jobs.start',
    await ben.app.offerPath(path.join(ben.outputs, 'plan.txt.enc')),
  );
  expect(refused?.state).toBe('failed');
  await ann.call('cloud.remove', { name: 'plan.txt' });
  expect((await ann.call('cloud.list', {})).map(({ name }) => name)).not.toContain('plan.txt');
  expect(await ann.refusal('cloud.remove', { name: 'plan.txt' })).toBe('CLOUD_NOT_FOUND');
});

test('an upload that fails takes back the pair that was made for it', async () => {
  await run(ann, 'jobs.upload', dropStream(ann, 'taken', someBytes(10)));
  const before = await ann.names(ann.outputs);
  const [job] = await run(ann, 'jobs.upload', dropStream(ann, 'taken', someBytes(10)));
  expect(job).toMatchObject({ state: 'failed', error: { code: 'CLOUD_NAME_TAKEN' } });
  expect(await ann.names(ann.outputs)).toEqual(before);
});

describe('an upload whose answer is lost', () => {
  afterEach(() => {
    world.proxies.cloud.meddle = undefined;
  });
  /** The connection breaks, before or after the cloud has the file; then the cloud can be asked, or not. */
  function lose(when: 'before' | 'after', canAsk: boolean): void {
    world.proxies.cloud.meddle = async ({ path: where }, forward) => {
      if (where === '/upload') {
        if (when === 'after') await forward();
        throw new Error('the connection breaks');
      }
      if (where.startsWith('/list') && !canAsk) throw new Error('the connection breaks');
      return forward();
    };
  }
  const pairOf = async (name: string) =>
    (await ann.names(ann.outputs)).filter((file) => file.startsWith(name));
  const listed = async (name: string) =>
    (await ann.call('cloud.list', {})).filter((file) => file.name === name).length;

  test('is done where the cloud says that it has the file', async () => {
    lose('after', true);
    const [job] = await run(ann, 'jobs.upload', dropStream(ann, 'lost-1', someBytes(10)));
    expect(job).toMatchObject({ state: 'done', outputs: [{ name: 'lost-1.enc' }, { name: 'lost-1.key' }] });
    expect(await listed('lost-1')).toBe(1);
  });

  test('is not where it says that it has not, and takes back its pair', async () => {
    lose('before', true);
    const [job] = await run(ann, 'jobs.upload', dropStream(ann, 'lost-2', someBytes(10)));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'SERVER_UNREACHABLE' } });
    expect(await pairOf('lost-2')).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'is finished by a retry with the same pair where it could not be asked: broken %s it arrived',
    async (when) => {
      const name = `lost-3-${when}`;
      lose(when, false);
      const [job] = await run(ann, 'jobs.upload', dropStream(ann, name, someBytes(10)));
      expect(job).toMatchObject({ state: 'failed', error: { code: 'SERVER_UNREACHABLE' } });
      const enc = await readFile(path.join(ann.outputs, `${name}.enc`));
      world.proxies.cloud.meddle = undefined;
      await ann.call('jobs.retry', { id: job?.id ?? '' });
      expect(await ann.ended(job?.id ?? '')).toMatchObject({ state: 'done' });
      expect(await outputOf(ann, job?.id)).toEqual(enc);
      expect(await pairOf(name)).toEqual([`${name}.enc`, `${name}.key`]);
      expect(await listed(name)).toBe(1);
    },
  );
});

test('of a pair that nobody wants all goes that can, and nothing is said of the rest', async () => {
  const enc = path.join(ann.folder, 'stuck.enc');
  await mkdir(path.join(enc, 'not a file'), { recursive: true });
  await ann.write('stuck.key', '');
  await dropPair(enc);
  expect((await ann.names()).filter((name) => name.startsWith('stuck'))).toEqual(['stuck.enc']);
});

test('what is not there, or no file where a file is wanted, is not offered', async () => {
  await expect(ann.app.offerPath(ann.folder, 'file')).rejects.toMatchObject({ code: 'FILE_NOT_A_FILE' });
  const device = platform === 'win32' ? undefined : ann.app.offerPath('/dev/null');
  if (device) await expect(device).rejects.toMatchObject({ code: 'FILE_NOT_A_FILE' });
  await expect(ann.app.offerPath(path.join(ann.folder, 'none'))).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
  });
  const gone = await ann.app.offerPath(await ann.write('gone', ''));
  await rm(path.join(ann.folder, 'gone'));
  const [job] = await run(ann, 'jobs.start', gone);
  expect(job).toMatchObject({
    state: 'failed',
    error: { code: 'FILE_NOT_FOUND', details: { file: 'gone' } },
  });
  expect(await ann.refusal('jobs.start', { refs: ['made up'] })).toBe('FILE_NOT_FOUND');
});
