import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Job } from '../../shared/bridge/state.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { PASSWORD, totpCode } from '../../test/kms/start-test-kms.ts';
import { someBytes } from '../../test/support/engine.ts';
import { startTestApp, type TestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';
import type { Trash } from '../trash/trash.ts';

const MIB = 1024 * 1024;
let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.close());

/** What the trash refuses. */
const stuck = new Set<string>();

/** A shell with a trash beside the person's files. */
const trash: Trash = async (file) => {
  if (stuck.has(path.basename(file))) throw new SealkeepError('TRASH_FAILED', { file });
  await rename(file, `${file}.trashed`);
  return undefined;
};

async function start(name: string, system: { readonly trash?: Trash } = { trash }): Promise<TestApp> {
  return startTestApp(world, name, { system });
}

async function sealed(app: TestApp, files: readonly string[]): Promise<Job> {
  const offered = await Promise.all(files.map((file) => app.app.offerPath(file)));
  const { ids } = await app.call('jobs.start', { refs: offered.map(({ ref }) => ref) });
  return app.ended(ids[0] ?? '');
}

async function proved(app: TestApp, id: string): Promise<Job> {
  return app.ended((await app.call('jobs.prove', { id })).id);
}

async function trashed(app: TestApp, id: string): Promise<Job> {
  return app.ended((await app.call('jobs.trash-originals', { id })).id);
}

const shown = async (app: TestApp, id: string) =>
  (await app.call('jobs.list', {})).find((job) => job.id === id);

test('what was sealed is proved by a job of its own, shown, and only then moved', async () => {
  const ann = await start('ann');
  await ann.register('ann');
  const file = await ann.write('report.bin', someBytes(3 * MIB));
  const seal = await sealed(ann, [file]);
  expect(seal).toMatchObject({ state: 'done', can_prove: true });
  expect(await ann.refusal('jobs.trash-originals', { id: seal.id })).toBe('REQUEST_INVALID');

  const proof = await proved(ann, seal.id);
  expect(proof).toMatchObject({
    ...{ kind: 'prove', name: 'report.bin', state: 'done', outputs: [] },
    proof: { segments: 4, bytes: 3 * MIB, left: 1 },
  });
  expect(await ann.names()).toContain('report.bin');

  expect(await trashed(ann, proof.id)).toMatchObject({
    ...{ kind: 'trash', name: 'report.bin', state: 'done', outputs: [], can_prove: false },
    files: { total: 1, done: 1 },
  });
  expect(await ann.names()).toEqual(['report.bin.enc', 'report.bin.key', 'report.bin.trashed']);
  expect(await shown(ann, proof.id)).toMatchObject({ proof: { segments: 4, left: 0 } });
  expect(await ann.refusal('jobs.trash-originals', { id: proof.id })).toBe('REQUEST_INVALID');
  expect(JSON.stringify(ann.crossed)).not.toContain(file);
  await ann.app.close();
});

test('of many files those that changed are not proved; of those that can’t be moved a retry moves what still is what was proved', async () => {
  const ben = await start('ben');
  await ben.register('ben');
  const names = ['stuck', ...Array.from({ length: 24 }, (_, index) => `${index}.txt`)];
  const files = await Promise.all(names.map((name) => ben.write(name, `content of ${name}`)));
  const seal = await sealed(ben, files);
  await writeFile(files[1] ?? '', 'something else');

  const proof = await proved(ben, seal.id);
  expect(proof).toMatchObject({
    ...{ state: 'failed', files: { total: 25, done: 24 } },
    failures: [{ name: '0.txt', error: { code: 'PROOF_FAILED' } }],
    proof: { segments: 24, left: 24 },
  });
  await writeFile(files[2] ?? '', 'changed after the proof');
  stuck.add('stuck');
  const trash = await trashed(ben, proof.id);
  expect(trash).toMatchObject({
    ...{ state: 'failed', files: { total: 24, done: 22 }, can_retry: true, can_prove: false },
    failures: [
      { name: 'stuck', error: { code: 'TRASH_FAILED' } },
      { name: '1.txt', error: { code: 'PROOF_OUTDATED' } },
    ],
  });
  const left = async () => (await ben.names()).filter((name) => names.includes(name));
  expect(await left()).toEqual(['0.txt', '1.txt', 'stuck']);
  // Nor is it moved where its content is put back.
  await writeFile(files[2] ?? '', 'content of 1.txt');
  stuck.clear();
  await ben.call('jobs.retry', { id: trash.id });
  expect(await ben.ended(trash.id)).toMatchObject({
    ...{ state: 'failed', files: { total: 24, done: 23 }, can_retry: false, can_prove: true },
    failures: [{ name: '1.txt', error: { code: 'PROOF_OUTDATED' } }],
  });
  expect(await left()).toEqual(['0.txt', '1.txt']);
  // It is again what was sealed: another proof finds that.
  const again = await proved(ben, trash.id);
  expect(again).toMatchObject({ state: 'done', name: '1.txt', proof: { segments: 1, left: 1 } });
  expect(await trashed(ben, again.id)).toMatchObject({ state: 'done' });
  expect(await left()).toEqual(['0.txt']);
  await ben.app.close();
});

test('the move is a job that counts; cancelled between two files it says how many went, and a retry moves the others', async () => {
  const third = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let moves = 0;
  const gia = await start('gia', {
    async trash(file, expected) {
      moves += 1;
      if (moves === 3) {
        third.resolve();
        await goOn.promise;
      }
      return trash(file, expected);
    },
  });
  await gia.register('gia');
  const names = Array.from({ length: 25 }, (_, index) => `${index}.txt`);
  const seal = await sealed(gia, await Promise.all(names.map((name) => gia.write(name, name))));
  const proof = await proved(gia, seal.id);
  const { id } = await gia.call('jobs.trash-originals', { id: proof.id });
  await third.promise;
  expect(await shown(gia, id)).toMatchObject({
    ...{ kind: 'trash', state: 'running', files: { total: 25, done: 2 }, bytes: 2, total: 25 },
    ...{ can_pause: true, can_prove: false },
  });
  expect(await shown(gia, proof.id)).toMatchObject({ state: 'done', proof: { segments: 25, left: 0 } });
  expect(await gia.refusal('jobs.trash-originals', { id: proof.id })).toBe('REQUEST_INVALID');
  await gia.call('jobs.cancel', { id });
  goOn.resolve();
  expect(await gia.ended(id)).toMatchObject({
    ...{ state: 'cancelled', files: { total: 25, done: 3 }, failed: 0, can_retry: true, can_prove: false },
  });
  expect((await gia.names()).filter((name) => name.endsWith('.trashed'))).toHaveLength(3);

  const [changed = ''] = (await gia.names()).filter((name) => names.includes(name));
  await gia.write(changed, 'changed since');
  await gia.call('jobs.retry', { id });
  expect(await gia.ended(id)).toMatchObject({ state: 'failed', files: { total: 25, done: 24 }, failed: 1 });
  expect((await gia.names()).filter((name) => names.includes(name))).toEqual([changed]);
  expect(moves).toBe(24);
  await gia.app.close();
});

test('a sealed folder is proved and moved as one; one of which something was left out is not offered', async () => {
  const fay = await start('fay');
  await fay.register('fay');
  const folder = path.join(path.dirname(await fay.write('beside.txt', '')), 'photos');
  await mkdir(path.join(folder, 'empty'), { recursive: true });
  await writeFile(path.join(folder, 'a.txt'), 'content');
  await symlink('/etc', path.join(folder, 'out'));
  expect(await sealed(fay, [folder])).toMatchObject({ state: 'done', failed: 1, can_prove: false });

  await rm(path.join(folder, 'out'));
  const seal = await sealed(fay, [folder]);
  expect(seal).toMatchObject({ state: 'done', can_prove: true });
  await writeFile(path.join(folder, 'new.txt'), '');
  expect(await proved(fay, seal.id)).toMatchObject({
    ...{ state: 'failed', proof: { left: 0 } },
    error: { code: 'PROOF_INCOMPLETE', details: { file: 'new.txt' } },
  });

  const again = await sealed(fay, [folder]);
  const proof = await proved(fay, again.id);
  expect(proof).toMatchObject({
    ...{ kind: 'prove', name: 'photos', state: 'done' },
    proof: { folder_files: 2, segments: 2, bytes: 7, left: 1 },
  });
  expect(await trashed(fay, proof.id)).toMatchObject({ kind: 'trash', name: 'photos', state: 'done' });
  const names = ['beside.txt', 'photos (2).sealed', 'photos (3).sealed', 'photos.sealed', 'photos.trashed'];
  expect(await fay.names()).toEqual(names);
  expect(JSON.stringify(fay.crossed)).not.toContain(`${folder}"`);
  await fay.app.close();
});

test('a proof does not outlive its process: after a restart the pair has to be proved anew', async () => {
  const first = await start('eve');
  const otpUri = await first.register('eve');
  const seal = await sealed(first, [await first.write('a.txt', 'a')]);
  const proof = await proved(first, seal.id);
  await first.app.close();

  const again = await start('eve');
  await again.call('account.login', {
    ...{ user: 'eve', password: PASSWORD },
    code: totpCode(otpUri, world.now(), 0),
  });
  expect(await shown(again, proof.id)).toMatchObject({ state: 'done', proof: { segments: 0, left: 0 } });
  expect(await again.refusal('jobs.trash-originals', { id: proof.id })).toBe('REQUEST_INVALID');
  expect(await again.names()).toContain('a.txt');
  expect(await proved(again, seal.id)).toMatchObject({ state: 'done', proof: { segments: 1, left: 1 } });
  await again.app.close();
});

test('a page’s files have no original to move, and a shell without a trash moves none', async () => {
  const dan = await start('dan', {});
  await dan.register('dan');
  const { ref } = dan.app.offerStream({ name: 's', size: 1 }, async () => Readable.from([Buffer.from('s')]));
  const { ids } = await dan.call('jobs.start', { refs: [ref] });
  const stream = await dan.ended(ids[0] ?? '');
  expect(stream).toMatchObject({ state: 'done', can_prove: false });
  const file = await sealed(dan, [await dan.write('a.txt', 'a')]);
  for (const { id } of [stream, file]) {
    expect(await dan.refusal('jobs.prove', { id })).toBe('REQUEST_INVALID');
    expect(await dan.refusal('jobs.trash-originals', { id })).toBe('REQUEST_INVALID');
  }
  await dan.app.close();
});
