import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { tryLock } from '../../core/durable/lock.ts';
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

test('it does not close while an original is on its way to the trash, and moves no other', async () => {
  const moving = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const moved: string[] = [];
  const trash: Trash = async (file) => {
    moving.resolve();
    await end.promise;
    moved.push(path.basename(file));
    return undefined;
  };
  const ben = await startTestApp(world, 'ben', { system: { trash } });
  await ben.register('ben');
  // More than twenty are one job.
  const names = Array.from({ length: 21 }, (_, index) => `${index}.txt`);
  const files = await Promise.all(names.map((name) => ben.write(name, name)));
  const offered = await Promise.all(files.map((file) => ben.app.offerPath(file)));
  const { ids } = await ben.call('jobs.start', { refs: offered.map(({ ref }) => ref) });
  const [id = ''] = ids;
  await ben.ended(id);
  const proof = await ben.ended((await ben.call('jobs.prove', { id })).id);
  const refused = ben.refusal('jobs.trash-originals', { id: proof.id });
  await moving.promise;
  let isClosed = false;
  const closed = ben.app.close().then(() => {
    isClosed = true;
  });
  await ben.call('jobs.list', {});
  expect([isClosed, moved]).toEqual([false, []]);
  end.resolve();
  await closed;
  expect([await refused, moved.length]).toEqual(['JOB_CANCELLED', 1]);
});
