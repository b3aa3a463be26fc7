import { expect, test } from 'vitest';
import type { Job } from '../../../shared/bridge/state.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { createJobQueue } from './job-queue.ts';
import type { RunOptions, Work } from './work.ts';

/** Jobs that do what the test says, when it says. */
function bench() {
  let time = 0;
  const told: (readonly Job[])[] = [];
  const reported: unknown[] = [];
  const later: { ms: number; work: () => void }[] = [];
  const queue = createJobQueue({
    now: () => new Date(time),
    schedule(ms, work) {
      later.push({ ms, work });
      return () => undefined;
    },
    changed: (jobs) => void told.push(jobs),
    report: (error) => void reported.push(error),
  });
  function work(name: string, size = 1) {
    const runs: { how: RunOptions; end: PromiseWithResolvers<void> }[] = [];
    const self: Work & { runs: typeof runs; isHeld: boolean } = {
      kind: 'seal',
      name,
      size,
      runs,
      isHeld: true,
      canRetry: () => self.isHeld,
      async run(how) {
        const end = Promise.withResolvers<void>();
        runs.push({ how, end });
        how.signal.addEventListener('abort', () => end.reject(new SealkeepError('JOB_CANCELLED')));
        await end.promise;
        return [{ path: `/out/${name}.enc`, name: `${name}.enc`, size: 9 }];
      },
    };
    return self;
  }
  const states = () => Object.fromEntries(queue.list().map(({ name, state }) => [name, state]));
  /** What promises have to do is done. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { queue, work, told, reported, later, states, settle, pass: (ms: number) => (time += ms) };
}

const LARGE = 1024 ** 3;

test('a few run side by side, large ones one after the other, all in order', async () => {
  const { queue, work, states, settle } = bench();
  const works = [work('A', LARGE), work('B', LARGE), ...['c', 'd', 'e', 'f'].map((name) => work(name))];
  queue.add(works);
  expect(states()).toEqual({
    A: 'running',
    B: 'waiting',
    c: 'running',
    d: 'running',
    e: 'running',
    f: 'waiting',
  });
  works[0]?.runs[0]?.end.resolve();
  await settle();
  expect(states()).toMatchObject({ A: 'done', B: 'running', f: 'waiting' });
  works[2]?.runs[0]?.end.resolve();
  await settle();
  expect(states()).toMatchObject({ c: 'done', f: 'running' });
  await queue.close();
  expect(states()).toEqual({
    A: 'done',
    B: 'cancelled',
    c: 'done',
    d: 'cancelled',
    e: 'cancelled',
    f: 'cancelled',
  });
});

test('waiting and running ones are cancelled, failed ones tried again, ended ones cleared', async () => {
  const { queue, work, states, settle, reported } = bench();
  const works = ['a', 'b', 'c', 'd', 'e'].map((name) => work(name));
  const ids = queue.add(works);
  queue.cancel(ids[4] ?? '');
  queue.cancel(ids[0] ?? '');
  expect(states()).toMatchObject({ a: 'running', e: 'cancelled' });
  works[1]?.runs[0]?.end.reject(new SealkeepError('FILE_CHANGED', { file: '/x/b' }));
  works[2]?.runs[0]?.end.reject(new TypeError('a defect'));
  works[3]?.runs[0]?.end.resolve();
  await settle();
  expect(states()).toEqual({ a: 'cancelled', b: 'failed', c: 'failed', d: 'done', e: 'cancelled' });
  expect(reported).toMatchObject([{ message: 'a defect' }]);
  expect(queue.list()[1]?.error).toEqual({ code: 'FILE_CHANGED', details: { file: 'b' } });
  expect(queue.list()[2]?.error).toEqual({ code: 'INTERNAL', details: {} });
  expect(queue.list()[3]).toMatchObject({ outputs: [{ name: 'd.enc', folder: '/out' }], bytes: 1 });
  expect(queue.output(ids[3] ?? '', 0)).toEqual({ path: '/out/d.enc', name: 'd.enc', size: 9 });
  expect(queue.output(ids[3] ?? '', 1)).toBeUndefined();

  queue.retry(ids[1] ?? '');
  queue.retry(ids[3] ?? '');
  expect(states()).toMatchObject({ b: 'running', d: 'done' });
  expect(queue.list()[1]).toMatchObject({ error: null, bytes: 0 });
  works[1]?.runs[1]?.end.resolve();
  await settle();
  queue.clear();
  expect(queue.list()).toEqual([]);
  expect(() => queue.cancel(ids[0] ?? '')).toThrow('REQUEST_INVALID');
});

test('what the page no longer holds cannot be tried again, and says so', async () => {
  const { queue, work, settle } = bench();
  const one = work('a');
  const [id = ''] = queue.add([one]);
  one.runs[0]?.end.reject(new SealkeepError('FILE_NOT_READABLE'));
  await settle();
  expect(queue.list()[0]?.can_retry).toBe(true);
  one.isHeld = false;
  queue.refresh();
  expect(queue.list()[0]?.can_retry).toBe(false);
  expect(() => queue.retry(id)).toThrow('FILE_NOT_FOUND');
});

test('progress is told at most ten times a second, with the rate of the last seconds', async () => {
  const { queue, work, told, later, pass } = bench();
  const one = work('a', 1000);
  queue.add([one]);
  expect([told.length, later.map(({ ms }) => ms)]).toEqual([1, [100]]);
  for (let step = 1; step <= 50; step += 1) {
    pass(100);
    one.runs[0]?.how.progress(step * 10, 1000);
  }
  expect(told.length).toBe(1);
  later.shift()?.work();
  expect(told.length).toBe(2);
  expect(told.at(-1)?.[0]).toMatchObject({ bytes: 500, total: 1000, rate: 100 });
  later.shift()?.work();
  // Nothing new, nothing told.
  expect(told.length).toBe(2);
  await queue.close();
});

test('ten thousand jobs are told less often', () => {
  const { queue, work, later } = bench();
  queue.add(Array.from({ length: 10_000 }, (_, index) => work(String(index))));
  expect(later[0]?.ms).toBe(1000);
});
