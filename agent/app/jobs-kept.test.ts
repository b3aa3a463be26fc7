import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Job } from '../../shared/bridge/state.ts';
import { PASSWORD, totpCode } from '../../test/kms/start-test-kms.ts';
import type { AppToKill } from '../../test/support/app-to-kill.ts';
import { startTestApp, type TestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';
import { createHeldFolder } from '../folders/held-folder.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.close());

/** Somebody who registers, and whose apps are started one after the other. */
async function person(name: string) {
  const first = await startTestApp(world, name);
  const otpUri = await first.register(name);
  let step = -1;
  const nextCode = () => {
    step += 1;
    return totpCode(otpUri, world.now(), step);
  };
  const logIn = (app: TestApp) =>
    app.call('account.login', { user: name, password: PASSWORD, code: nextCode() });
  return {
    first,
    nextCode,
    logIn,
    async restart(): Promise<TestApp> {
      const app = await startTestApp(world, name);
      expect(await app.call('jobs.list', {})).toEqual([]);
      await logIn(app);
      return app;
    },
  };
}

const dropAll = async (to: TestApp, files: readonly string[]) => {
  const offered = await Promise.all(files.map((file) => to.app.offerPath(file)));
  return to.call('jobs.start', { refs: offered.map(({ ref }) => ref) });
};
const writeAll = (to: TestApp, count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => to.write(`${index}.txt`, `content ${index}`)));
const onlyJob = async (of: TestApp): Promise<Job> => {
  const [job, ...others] = await of.call('jobs.list', {});
  if (!job || others.length > 0) throw new Error('there is not one job');
  return job;
};

test('what ended is found again as it ended, with its outputs; somebody else does not see it', async () => {
  const { first, logIn, restart } = await person('ann');
  const { ids } = await dropAll(first, await writeAll(first, 2));
  for (const id of ids) await first.ended(id);
  const gone = first.app.offerStream({ name: 'gone.txt', size: 5 }, () => Promise.reject(new Error('away')));
  const { ids: failed } = await first.call('jobs.start', { refs: [gone.ref] });
  await first.ended(failed[0] ?? '');
  const photos = createHeldFolder('photos', async () => Readable.from([Buffer.from('x')]));
  photos.add([{ kind: 'file', path: 'a', size: 1, mtime: 0 }]);
  const held = first.app.offerFolder(photos.folder());
  const { ids: folders } = await first.call('jobs.start', { refs: [held.ref] });
  await first.ended(folders[0] ?? '');
  const before = await first.call('jobs.list', {});
  await first.app.close();

  const again = await restart();
  const after = await again.call('jobs.list', {});
  expect(after).toEqual(before.map((job) => ({ ...job, can_retry: false })));
  expect(after.map(({ state }) => state)).toEqual(['done', 'done', 'failed', 'done']);
  expect(after[3]).toMatchObject({ folder: 'page', outputs: [{ name: 'photos.sealed' }] });
  expect(await readFile(again.app.output(ids[0] ?? '', 0)?.path ?? '')).not.toHaveLength(0);
  const { id } = await again.call('jobs.open-output', { id: ids[0] ?? '' });
  expect(await again.ended(id)).toMatchObject({ state: 'done', kind: 'open' });

  const [done = ''] = ids;
  const told = new Promise((resolve) => void again.app.on('jobs.changed', resolve));
  await again.call('account.logout', {});
  expect(await told).toEqual([]);
  expect(await again.call('jobs.list', {})).toEqual([]);
  expect(again.app.output(done, 0)).toBeUndefined();
  for (const call of ['cancel', 'pause', 'resume', 'retry', 'show-in-folder', 'open-output'] as const)
    expect(await again.refusal(`jobs.${call}`, { id: done })).toBe('NOT_LOGGED_IN');
  expect(await again.refusal('jobs.clear', {})).toBe('NOT_LOGGED_IN');
  await again
    .call('account.register', { user: 'eve', password: PASSWORD })
    .then(({ otp_uri }) => again.call('account.confirm', { code: totpCode(otp_uri, world.now(), -1) }));
  await again.call('account.enter', {});
  expect(await again.call('jobs.list', {})).toEqual([]);
  expect(await again.refusal('jobs.retry', { id: done })).toBe('REQUEST_INVALID');
  expect(again.app.output(done, 0)).toBeUndefined();
  await again.call('jobs.clear', {});
  await again.call('account.logout', {});
  await logIn(again);
  expect(await again.call('jobs.list', {})).toHaveLength(5);
  await again.app.close();
});

test('what was under way when Sealkeep was closed is interrupted, and tried again where its file is here', async () => {
  const { first, restart } = await person('ben');
  const asked = Promise.withResolvers<void>();
  const held = first.app.offerStream({ name: 'held', size: 3_000_000 }, async () => {
    asked.resolve();
    return new PassThrough();
  });
  await first.call('jobs.start', { refs: [held.ref] });
  await asked.promise;
  world.proxies.kms.meddle = (request, forward) =>
    request.path === '/wrap/batch' ? new Promise(() => undefined) : forward();
  await dropAll(first, [await first.write('here.txt', 'here')]);
  await first.until((_, jobs) => jobs.length === 2 && jobs.every(({ state }) => state === 'running'));
  await first.app.close();
  world.proxies.kms.meddle = undefined;
  expect(await first.names()).toEqual(['here.txt']);

  const again = await restart();
  const [stream, file] = await again.call('jobs.list', {});
  expect(stream).toMatchObject({ name: 'held', state: 'interrupted', can_retry: false });
  expect(file).toMatchObject({ name: 'here.txt', state: 'interrupted', can_retry: true });
  await again.call('jobs.retry', { id: file?.id ?? '' });
  expect(await again.ended(file?.id ?? '')).toMatchObject({ state: 'done' });
  await again.call('jobs.clear', {});
  await again.app.close();

  const cleared = await restart();
  expect(await cleared.call('jobs.list', {})).toEqual([]);
  await cleared.app.close();
});

test('killed in the middle: the next start says what was done, and a retry does the rest and only that', async () => {
  const { first, nextCode, restart } = await person('cara');
  // Three groups: two are sealed, the keys of the third one, which is small, never come.
  const files = await writeAll(first, 510);
  const { home, outputs, folder } = first;
  await first.app.close();
  world.proxies.kms.meddle = (request, forward) => {
    const isLast = request.path === '/wrap/batch' && JSON.parse(String(request.body)).items.length < 250;
    return isLast ? new Promise(() => undefined) : forward();
  };
  const order: AppToKill = {
    home,
    outputs,
    addresses: { kms: world.proxies.kms.address, cloud: world.proxies.cloud.address },
    now: world.now().toISOString(),
    login: { user: 'cara', password: PASSWORD, code: nextCode() },
    files,
  };
  const program = new URL('../../test/support/app-to-kill.ts', import.meta.url);
  const app = spawn(process.execPath, [program.pathname, JSON.stringify(order)], { stdio: 'inherit' });
  const journal = path.join(home, 'jobs.jsonl');
  await vi.waitFor(
    async () => {
      const written = (await readFile(journal, 'utf8')).matchAll(/\.txt\.key"\]/g);
      expect([...written]).toHaveLength(500);
    },
    { timeout: 15_000, interval: 20 },
  );
  app.kill('SIGKILL');
  await once(app, 'exit');
  world.proxies.kms.meddle = undefined;

  const again = await restart();
  const { id, ...job } = await onlyJob(again);
  expect(job).toMatchObject({
    state: 'interrupted',
    name: '0.txt',
    files: { total: 510, done: 500 },
    failed: 0,
    can_retry: true,
  });
  await again.call('jobs.retry', { id });
  expect(await again.ended(id)).toMatchObject({ state: 'done', files: { total: 510, done: 510 } });
  const expected = files.flatMap((file) => [file, `${file}.enc`, `${file}.key`.replace('.enc', '')]);
  const found = (await readdir(folder)).map((name) => path.join(folder, name));
  expect(found.toSorted()).toEqual(expected.toSorted());
  expect(again.reported).toEqual([]);
  await again.app.close();
});
