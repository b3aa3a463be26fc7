import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';
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
});
