import { expect, test } from 'vitest';
import { createLogger } from '../../platform/logging.ts';
import { createUpkeep } from './create-upkeep.ts';

type Task = (signal: AbortSignal) => Promise<void>;

/** With timers that go off when the test says so. */
function start(tasks: Readonly<Record<string, Task>>) {
  const timers = new Map<() => void, number>();
  const log: string[] = [];
  const upkeep = createUpkeep({
    tasks,
    logger: createLogger('kms', 'debug', { write: (line) => log.push(line) }),
    schedule(ms, work) {
      timers.set(work, ms);
      return () => void timers.delete(work);
    },
    firstMs: 5,
    everyMs: 600,
  });
  const due = () => [...timers.values()];
  const goOff = () => {
    const works = [...timers.keys()];
    timers.clear();
    for (const work of works) work();
  };
  return { upkeep, due, goOff, log };
}

test('nothing runs before it is started; then at its times, one run after the other', async () => {
  let runs = 0;
  const { upkeep, due, goOff } = start({
    async count() {
      runs += 1;
    },
  });
  expect(due()).toEqual([]);
  upkeep.start();
  expect(due()).toEqual([5]);
  goOff();
  await upkeep.run();
  expect(due()).toEqual([600]);
  // The timer's run was under way, so another one followed.
  expect(runs).toBe(2);
  await upkeep.close();
  expect(due()).toEqual([]);
});

test('to close waits for what is under way, which sees that it is to end, and nothing follows', async () => {
  const entered = Promise.withResolvers<AbortSignal>();
  const held = Promise.withResolvers<void>();
  const seen: string[] = [];
  const { upkeep, due } = start({
    async slow(signal) {
      entered.resolve(signal);
      await held.promise;
      seen.push('slow is done');
    },
    async next() {
      seen.push('next began');
    },
  });
  upkeep.wake();
  const signal = await entered.promise;
  const closed = upkeep.close().then(() => seen.push('closed'));
  expect(signal.aborted).toBe(true);
  held.resolve();
  await closed;
  expect(seen).toEqual(['slow is done', 'closed']);
  expect(due()).toEqual([]);
});

test('a task that fails is logged, and the next one has its turn', async () => {
  let runs = 0;
  const { upkeep, log } = start({
    broken: () => Promise.reject(new Error('the cloud is away')),
    async next() {
      runs += 1;
    },
  });
  await upkeep.run();
  expect(runs).toBe(1);
  expect(log.join('')).toContain('the cloud is away');
  await upkeep.close();
});
