import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { tryLock } from '../../core/durable/lock.ts';
import { PASSWORD, totpCode } from '../../test/kms/start-test-kms.ts';
import { startTestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';
import type { Trash } from '../trash/trash.ts';
import { createEvents } from './events.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.close());

test('a listener that throws is reported, and keeps the event from nobody', () => {
  const report = vi.fn();
  const events = createEvents(report);
  const defect = new TypeError('Object has been destroyed');
  const listener = vi.fn();
  events.on('jobs.changed', () => {
    throw defect;
  });
  events.on('jobs.changed', listener);
  events.emit('jobs.changed', []);
  expect(listener.mock.calls).toEqual([[[]]]);
  expect(report.mock.calls).toEqual([[defect]]);
});

test('the app’s own servers stop whatever becomes of its jobs', async () => {
  const defect = new TypeError('no timer');
  let isBroken = false;
  const ann = await startTestApp(world, 'ann', {
    schedule(ms, work) {
      if (isBroken) throw defect;
      // The telling of jobs.
      if (ms < 1000) work();
      return () => undefined;
    },
  });
  await ann.call('place.here', {});
  isBroken = true;
  await expect(ann.app.close()).rejects.toBe(defect);
  expect(ann.own).toMatchObject([{ isClosed: true }]);
  // Nor does it keep its journal from the next one.
  const lock = tryLock(path.join(ann.home, 'jobs.lock'));
  expect(lock).toBeDefined();
  lock?.release();
});

test('it closes once the original on its way is in the trash; the others have to be proved again before they follow', async () => {
  const moving = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const moved: string[] = [];
  const trash: Trash = async (file) => {
    moving.resolve();
    await end.promise;
    moved.push(path.basename(file));
    await rm(file);
    return undefined;
  };
  const ben = await startTestApp(world, 'ben', { system: { trash } });
  const otpUri = await ben.register('ben');
  // More than twenty are one job.
  const names = Array.from({ length: 21 }, (_, index) => `${index}.txt`);
  const files = await Promise.all(names.map((name) => ben.write(name, name)));
  const offered = await Promise.all(files.map((file) => ben.app.offerPath(file)));
  const { ids } = await ben.call('jobs.start', { refs: offered.map(({ ref }) => ref) });
  const [id = ''] = ids;
  await ben.ended(id);
  const proof = await ben.ended((await ben.call('jobs.prove', { id })).id);
  const trashing = await ben.call('jobs.trash-originals', { id: proof.id });
  await moving.promise;
  let isClosed = false;
  const closed = ben.app.close().then(() => {
    isClosed = true;
  });
  await ben.call('jobs.list', {});
  expect([isClosed, moved]).toEqual([false, []]);
  end.resolve();
  await closed;
  expect(moved).toEqual(['0.txt']);

  const again = await startTestApp(world, 'ben', { system: { trash } });
  await again.call('account.login', {
    ...{ user: 'ben', password: PASSWORD },
    code: totpCode(otpUri, world.now(), 0),
  });
  const found = (await again.call('jobs.list', {})).find((job) => job.id === trashing.id);
  expect(found).toMatchObject({
    ...{ kind: 'trash', state: 'interrupted', files: { total: 21, done: 1 } },
    ...{ can_retry: false, can_prove: true },
  });
  expect(await again.refusal('jobs.retry', { id: trashing.id })).toBe('FILE_NOT_FOUND');
  const second = await again.ended((await again.call('jobs.prove', { id: trashing.id })).id);
  expect(second).toMatchObject({ name: '1.txt', state: 'done', proof: { segments: 20, left: 20 } });
  expect(moved).toHaveLength(1);
  const rest = await again.call('jobs.trash-originals', { id: second.id });
  expect(await again.ended(rest.id)).toMatchObject({ state: 'done', files: { total: 20, done: 20 } });
  expect(moved.toSorted()).toEqual(names.toSorted());
  expect(again.reported).toEqual([]);
  await again.app.close();
});
