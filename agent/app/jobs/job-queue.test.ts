import { expect, test } from 'vitest';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { ANA, BEN, queueBench as bench } from '../../../test/support/queue-bench.ts';

const LARGE = 1024 ** 3;

test('a few run side by side, large ones one after the other, all in order', async () => {
  const { queue, work, states, settle } = bench();
  const works = [work('A', LARGE), work('B', LARGE), ...['c', 'd', 'e', 'f'].map((name) => work(name))];
  queue.add(ANA, works);
  expect(states()).toEqual({
    A: 'running',
    B: 'waiting',
    c: 'running',
    d: 'running',
    e: 'running',
    f: 'waiting',
  });
  works[0]?.finish();
  await settle();
  expect(states()).toMatchObject({ A: 'done', B: 'running', f: 'waiting' });
  works[2]?.finish();
  await settle();
  expect(states()).toMatchObject({ c: 'done', f: 'running' });
  await queue.close();
  expect(states()).toEqual({
    A: 'done',
    B: 'interrupted',
    c: 'done',
    d: 'interrupted',
    e: 'interrupted',
    f: 'interrupted',
  });
});

test('a folder counts as a large one, whatever is in it', async () => {
  const { queue, work, states } = bench();
  const folder = (name: string) => work(name, 0, { folder: 'here' });
  queue.add(ANA, [work('A', LARGE), folder('B'), folder('C'), work('d')]);
  expect(states()).toEqual({ A: 'running', B: 'waiting', C: 'waiting', d: 'running' });
  await queue.close();
});

test('what was dropped last begins first, in its own order; the list keeps the order asked', async () => {
  const { queue, work, states, settle } = bench();
  const names = (text: string) => [...text].map((name) => work(name));
  const first = names('abcdef');
  queue.add(ANA, first);
  queue.add(ANA, names('gh'));
  expect(Object.keys(states()).join('')).toBe('abcdefgh');
  const running = () =>
    Object.entries(states())
      .filter(([, state]) => state === 'running')
      .map(([name]) => name)
      .join('');
  expect(running()).toBe('abcd');
  const order = [];
  for (const ended of first.slice(0, 4)) {
    ended.finish();
    await settle();
    order.push(running());
  }
  expect(order).toEqual(['bcdg', 'cdgh', 'degh', 'efgh']);
});

test('what is done is written down at once, what is done together in one line', async () => {
  const { queue, work, written } = bench();
  const many = work('a', 1, { files: 4 });
  queue.add(ANA, [many]);
  const report = many.runs[0]?.how.report;
  for (const file of [0, 1]) report?.finished(file, [`/out/${file}`]);
  await Promise.resolve();
  report?.finished(2, ['/out/2']);
  await Promise.resolve();
  // No tick of the clock has passed.
  expect(written).toEqual(['added download', 'finished 0,1', 'finished 2']);
  await queue.close();
});

test('waiting and running ones are cancelled, failed ones tried again, ended ones cleared', async () => {
  const { queue, work, states, settle, reported, written } = bench();
  const works = ['a', 'b', 'c', 'd', 'e'].map((name) => work(name));
  const ids = queue.add(ANA, works);
  queue.cancel(ids[4] ?? '');
  queue.cancel(ids[0] ?? '');
  expect(states()).toMatchObject({ a: 'running', e: 'cancelled' });
  works[1]?.fail(new SealkeepError('FILE_CHANGED', { file: '/x/b' }));
  works[2]?.fail(new TypeError('a defect'));
  works[3]?.finish();
  await settle();
  expect(states()).toEqual({ a: 'cancelled', b: 'failed', c: 'failed', d: 'done', e: 'cancelled' });
  expect(reported).toMatchObject([{ message: 'a defect' }]);
  expect(queue.list()[1]?.error).toEqual({ code: 'FILE_CHANGED', details: { file: 'b' } });
  expect(queue.list()[2]?.error).toEqual({ code: 'INTERNAL', details: {} });
  expect(queue.list()[3]).toMatchObject({ outputs: [{ name: 'd.enc', folder: '/out' }], bytes: 1 });
  expect(queue.output(ids[3] ?? '', 0)).toEqual({ path: '/out/d.enc', name: 'd.enc' });
  expect(queue.output(ids[3] ?? '', 1)).toBeUndefined();

  queue.retry(ids[1] ?? '');
  queue.retry(ids[3] ?? '');
  expect(states()).toMatchObject({ b: 'running', d: 'done' });
  expect(queue.list()[1]).toMatchObject({ error: null, bytes: 0 });
  works[1]?.finish();
  await settle();
  queue.clear();
  expect(queue.list()).toEqual([]);
  expect(() => queue.cancel(ids[0] ?? '')).toThrow('REQUEST_INVALID');
  expect(written.toSorted()).toEqual(
    [...Array(5).fill('added download'), 'again', ...['finished 0', 'finished 0'], 'removed 5']
      .concat(['cancelled', 'cancelled', 'done', 'done', 'failed', 'failed'])
      .toSorted(),
  );
});

test('of many files each is counted; those that are not done are tried again, and only they', async () => {
  const { queue, work, one, states, settle, written, later } = bench();
  const many = work('a', 10, { files: 4 });
  const id = one(many);
  const run = many.runs[0];
  const report = run?.how.report;
  expect(run?.how.files).toEqual([0, 1, 2, 3]);
  report?.finished(1, ['/out/1.enc', '/out/1.key']);
  report?.progress(0, 5, 10);
  later.shift()?.work();
  expect(queue.list()[0]).toMatchObject({ files: { total: 4, done: 1 }, bytes: 15, total: 40, failed: 0 });
  report?.progress(0, 12, 12);
  report?.finished(0, ['/out/0.enc']);
  // A timer may tell of what is done already.
  report?.progress(0, 3, 12);
  report?.failed(2, new SealkeepError('FILE_CHANGED', { file: '/x/a-2' }));
  report?.failed(3, new SealkeepError('JOB_CANCELLED'));
  run?.end.resolve();
  await settle();
  expect(queue.list()[0]).toMatchObject({
    state: 'failed',
    error: null,
    files: { total: 4, done: 2 },
    bytes: 22,
    total: 42,
    failed: 1,
    failures: [{ name: 'a-2', error: { code: 'FILE_CHANGED', details: { file: 'a-2' } } }],
    outputs: [{ name: '1.enc' }, { name: '1.key' }, { name: '0.enc' }],
  });
  queue.retry(id);
  expect(many.runs[1]?.how.files).toEqual([2, 3]);
  expect(queue.list()[0]).toMatchObject({ failed: 0, failures: [] });
  many.finish();
  await settle();
  expect(states()).toEqual({ a: 'done' });
  expect(queue.list()[0]).toMatchObject({ files: { total: 4, done: 4 }, bytes: 42, can_retry: false });
  expect(written).toEqual(['added download', 'finished 1,0', 'failed', 'again', 'finished 2,3', 'done']);
});

test('so many failures and outputs cross the bridge, the rest are numbers', async () => {
  const { queue, work, one, settle } = bench();
  const many = work('a', 1, { files: 1000 });
  one(many);
  const { report } = many.runs[0]?.how ?? {};
  for (let file = 0; file < 500; file += 1) report?.failed(file, new SealkeepError('FILE_CHANGED'));
  for (let file = 500; file < 1000; file += 1) report?.finished(file, [`/out/${file}.enc`]);
  many.runs[0]?.end.resolve();
  await settle();
  const [job] = queue.list();
  expect([job?.failed, job?.failures.length, job?.outputs.length]).toEqual([500, 100, 20]);
});

test('a file that neither finished nor failed is a defect', async () => {
  const { queue, work, one, settle } = bench();
  const silent = work('a');
  one(silent);
  silent.runs[0]?.end.resolve();
  await settle();
  expect(queue.list()[0]).toMatchObject({ state: 'failed', error: { code: 'INTERNAL' } });
});

test('paused, a job stands still and frees its place; resumed, it goes on before what waits', async () => {
  const { queue, work, states, settle } = bench();
  const works = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => work(name));
  const [a = '', , , , , f = ''] = queue.add(ANA, works);
  queue.pause(a);
  queue.pause(f);
  const gate = works[0]?.runs[0]?.how.gate;
  expect(gate?.isClosed).toBe(true);
  expect(works[0]?.runs[0]?.how.signal.aborted).toBe(false);
  expect(states()).toMatchObject({ a: 'paused', e: 'running', f: 'paused' });
  queue.resume(f);
  queue.resume(a);
  expect(states()).toMatchObject({ a: 'waiting', f: 'waiting' });
  expect(gate?.isClosed).toBe(true);
  works[1]?.finish();
  await settle();
  expect([states(), gate?.isClosed]).toMatchObject([{ a: 'running', f: 'waiting' }, false]);
  expect(works[0]?.runs).toHaveLength(1);
  works[0]?.finish();
  await settle();
  expect(states()).toMatchObject({ a: 'done', f: 'running' });
  // What has ended is not paused.
  queue.pause(a);
  expect(states()).toMatchObject({ a: 'done' });
});

test('a paused job is cancelled, and ends where it was at its end already', async () => {
  const { queue, work, states, settle } = bench();
  const works = ['a', 'b'].map((name) => work(name));
  const ids = queue.add(ANA, works);
  for (const id of ids) queue.pause(id);
  queue.cancel(ids[0] ?? '');
  works[1]?.finish();
  await settle();
  expect(states()).toEqual({ a: 'cancelled', b: 'done' });
});

test('what can’t stand still ends when it is paused, and begins its unfinished files anew', async () => {
  const { queue, work, one, states, settle } = bench();
  const upload = work('a', 10, { files: 2, holding: 'never' });
  const id = one(upload);
  upload.runs[0]?.how.report.finished(0, []);
  upload.runs[0]?.how.report.progress(1, 5, 10);
  queue.pause(id);
  expect([states(), upload.runs[0]?.how.signal.aborted]).toEqual([{ a: 'paused' }, true]);
  // Resumed before it left nothing behind, it waits for that.
  queue.resume(id);
  expect([states(), upload.runs.length]).toEqual([{ a: 'waiting' }, 1]);
  await settle();
  expect([states(), upload.runs.length]).toEqual([{ a: 'running' }, 2]);
  expect(upload.runs[1]?.how.files).toEqual([1]);
  expect(queue.list()[0]?.bytes).toBe(10);
  queue.pause(id);
  queue.cancel(id);
  await settle();
  expect(states()).toEqual({ a: 'cancelled' });
});

test('of what holds a connection of the page one stands still at a time', async () => {
  const { queue, work, states, settle } = bench();
  const works = ['a', 'b'].map((name) => work(name, 1, { holding: 'alone' }));
  const ids = queue.add(ANA, works);
  for (const id of ids) queue.pause(id);
  await settle();
  expect(states()).toEqual({ a: 'paused', b: 'paused' });
  expect(works.map(({ runs }) => runs[0]?.how.signal.aborted)).toEqual([false, true]);
});

test('jobs are listed to their person only, and found by nobody else', () => {
  const { queue, work, one, states, told, later } = bench();
  const id = one(work('a'));
  queue.show(BEN);
  later.shift()?.work();
  expect([states(), told.at(-1)]).toEqual([{}, []]);
  for (const refused of [queue.cancel, queue.pause, queue.retry, queue.outputs])
    expect(() => refused(id)).toThrow('REQUEST_INVALID');
  expect(queue.output(id, 0)).toBeUndefined();
  queue.clear();
  queue.show(ANA);
  expect(states()).toEqual({ a: 'running' });
});

test('those of an earlier launch are listed with what was done, and tried again', async () => {
  const { queue, work, settle } = bench();
  const many = work('a', 10, { files: 3 });
  queue.restore([
    {
      id: 'old',
      owner: ANA,
      work: many,
      task: many.kept,
      state: 'interrupted',
      error: null,
      done: [[0, ['/out/a.enc']]],
      failures: [[1, { code: 'FILE_CHANGED', details: {} }]],
      leftOut: [],
    },
  ]);
  expect(queue.list()).toMatchObject([
    { id: 'old', state: 'interrupted', files: { total: 3, done: 1 }, failed: 1, bytes: 10, can_retry: true },
  ]);
  queue.retry('old');
  expect(many.runs[0]?.how.files).toEqual([1, 2]);
  many.finish();
  await settle();
  expect(queue.list()).toMatchObject([{ state: 'done', files: { done: 3 } }]);
});

test('no more than ten thousand wait, and that is said', () => {
  const { queue, work, states } = bench();
  const some = (count: number) => Array.from({ length: count }, (_, index) => work(String(index)));
  queue.add(ANA, some(10_000));
  expect(() => queue.add(ANA, some(5))).toThrow('JOB_QUEUE_FULL');
  expect(Object.keys(states())).toHaveLength(10_000);
  queue.add(ANA, some(4));
});

test('what the page no longer holds cannot be tried again, and says so', async () => {
  const { queue, work, one, settle } = bench();
  const held = work('a');
  const id = one(held);
  held.fail(new SealkeepError('FILE_NOT_READABLE'));
  await settle();
  expect(queue.list()[0]?.can_retry).toBe(true);
  held.isHeld = false;
  queue.refresh();
  expect(queue.list()[0]?.can_retry).toBe(false);
  expect(() => queue.retry(id)).toThrow('FILE_NOT_FOUND');
});

test('progress is told at most ten times a second, with the rate of the last seconds', async () => {
  const { queue, work, one, told, later, pass } = bench();
  const moving = work('a', 1000);
  one(moving);
  expect([told.length, later.map(({ ms }) => ms)]).toEqual([1, [100]]);
  for (let step = 1; step <= 50; step += 1) {
    pass(100);
    moving.runs[0]?.how.report.progress(0, step * 10, 1000);
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
  queue.add(
    ANA,
    Array.from({ length: 10_000 }, (_, index) => work(String(index))),
  );
  expect(later[0]?.ms).toBe(1000);
});
