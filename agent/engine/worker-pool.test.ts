import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deriveStreamKey, newStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { layoutForPlaintext, type StreamLayout } from '../../core/crypto/stream-layout.ts';
import {
  createEngineBench,
  type EngineBench,
  PRELUDE,
  someBytes,
  WORKER_URL,
} from '../../test/support/engine.ts';
import { createGate } from './gate.ts';
import { createJobCounters } from './job-counters.ts';
import { sealToTemporary } from './seal-file.ts';
import type { SegmentTask } from './segment-task.ts';
import { createWorkerPool } from './worker-pool.ts';

const MIB = 1024 * 1024;
let bench: EngineBench;
beforeAll(async () => {
  bench = await createEngineBench();
});
afterAll(() => bench.close());

/** A task for workers that never look at its files. */
function taskOf(kind: 'seal' | 'open', layout: StreamLayout = layoutForPlaintext(5 * MIB)): SegmentTask {
  const stream = deriveStreamKey(bench.dek, newStreamHeader(), PRELUDE.bytes);
  return { kind, input: -1, output: -1, streamOffset: 0, stream, layout };
}

const workerOf = (code: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort, threadId } from 'node:worker_threads'; ${code}`)}`,
  );

describe('a worker that dies', () => {
  const dying = workerOf(
    "parentPort.on('message', ({ task }) => { if (task.kind === 'open') process.exit(3); parentPort.postMessage({}); });",
  );

  test('fails its job, and the next one gets a new worker', async () => {
    const pool = createWorkerPool({ workerUrl: dying });
    await expect(pool.run(taskOf('open'))).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(pool.run(taskOf('seal'))).resolves.toBeUndefined();
    await pool.close();
  });

  test('by an exception tells it as the cause', async () => {
    const pool = createWorkerPool({
      workerUrl: workerOf("parentPort.on('message', () => { throw new Error('boom'); });"),
    });
    await expect(pool.run(taskOf('seal'))).rejects.toMatchObject({ cause: { message: 'boom' } });
    await pool.close();
  });

  test('because there is no such file', async () => {
    const pool = createWorkerPool({ workerUrl: new URL('./no-worker.ts', import.meta.url) });
    await expect(pool.run(taskOf('seal'))).rejects.toMatchObject({ code: 'INTERNAL' });
    await pool.close();
  });
});

describe('how many workers a job takes', () => {
  // Each worker that gets the order counts itself in the bytes done.
  const counting = workerOf(
    "parentPort.on('message', ({ counters }) => { Atomics.add(new BigInt64Array(counters), 1, 1n); parentPort.postMessage({}); });",
  );

  test.each([
    [1, 0, 1],
    [2, 1000, 1],
    [2, 2 * MIB, 2],
    [3, 9 * MIB, 3],
  ])('of a pool of %i, for %i bytes: %i', async (size, bytes, expected) => {
    const pool = createWorkerPool({ workerUrl: counting, size });
    const seen: number[] = [];
    await pool.run(taskOf('seal', layoutForPlaintext(bytes)), { onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(expected);
    await pool.close();
  });
});

describe('closing and cancelling', () => {
  const stuck = workerOf("parentPort.on('message', () => {});");

  test('a closed pool ends what is under way, and takes nothing more', async () => {
    const pool = createWorkerPool({ workerUrl: stuck, size: 1 });
    const running = [pool.run(taskOf('seal')), pool.run(taskOf('seal'))].map((job) =>
      expect(job).rejects.toMatchObject({ code: 'INTERNAL' }),
    );
    await pool.close();
    await Promise.all(running);
    await expect(pool.run(taskOf('seal'))).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('a job that waits for its turn is cancelled at once', async () => {
    const pool = createWorkerPool({ workerUrl: stuck, size: 1 });
    const first = expect(pool.run(taskOf('seal'))).rejects.toMatchObject({ code: 'INTERNAL' });
    const controller = new AbortController();
    const second = pool.run(taskOf('seal'), { signal: controller.signal });
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    await pool.close();
    await first;
  });
});

test('many jobs at once share the workers', async () => {
  const { folder, pool, dek } = bench;
  const sources = await Promise.all(
    Array.from({ length: 30 }, (_, index) => bench.write(`${index}`, someBytes(index * 100_000))),
  );
  const sealed = await Promise.all(
    sources.map((source) =>
      sealToTemporary({ ...bench.engine, pool }, { source, folder, prelude: PRELUDE, dek }),
    ),
  );
  for (const [index, { temporary }] of sealed.entries()) {
    expect((await bench.open(await readFile(temporary))).equals(someBytes(index * 100_000))).toBe(true);
  }
});

test('progress is told while a job runs', async () => {
  const busy = createWorkerPool({
    workerUrl: workerOf(`parentPort.on('message', ({ counters }) => {
      const words = new BigInt64Array(counters);
      Atomics.store(words, 1, 5000000000n);
      while (Atomics.load(words, 2) === 0n) Atomics.wait(words, 2, 0n, 5);
      parentPort.postMessage({});
    });`),
  });
  const controller = new AbortController();
  const seen: number[] = [];
  const onProgress = (bytes: number) => {
    seen.push(bytes);
    if (bytes > 0) controller.abort();
  };
  await expect(busy.run(taskOf('seal'), { onProgress, signal: controller.signal })).rejects.toMatchObject({
    code: 'JOB_CANCELLED',
  });
  expect(seen.at(-1)).toBe(5_000_000_000);
  await busy.close();
});

describe('a gate', () => {
  const SIZE = 40 * MIB;
  const bytesOf = () => someBytes(SIZE);

  test('closed before anything began lets nothing begin, and opened lets all of it', async () => {
    const { pool, engine, folder, dek } = bench;
    const source = await bench.write('large.bin', bytesOf());
    const gate = createGate();
    gate.close();
    const seen: number[] = [];
    const told = Promise.withResolvers<void>();
    const onProgress = (bytes: number) => {
      seen.push(bytes);
      told.resolve();
    };
    const request = { source, folder, prelude: PRELUDE, dek, onProgress, gate };
    const sealing = sealToTemporary({ ...engine, pool }, request);
    await told.promise;
    expect(seen).toEqual([0]);
    gate.open();
    const { temporary } = await sealing;
    expect((await bench.open(await readFile(temporary))).equals(bytesOf())).toBe(true);
  });

  test('a file that waits there is cancelled at once, and leaves nothing', async () => {
    const { engine, folder, dek } = bench;
    const source = await bench.write('large.bin', bytesOf());
    const before = await bench.names();
    const controller = new AbortController();
    const gate = createGate();
    gate.close();
    const { signal } = controller;
    const sealing = sealToTemporary(engine, { source, folder, prelude: PRELUDE, dek, signal, gate });
    const refused = expect(sealing).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    controller.abort();
    await refused;
    expect(await bench.names()).toEqual(before);
  });
});

describe('a gate that closes while workers take segments', () => {
  // Takes one segment, tells of it and waits until it is stopped; let on again, it takes all that is left.
  const slow = workerOf(`parentPort.on('message', ({ counters, task }) => {
    const words = new BigInt64Array(counters);
    const isSecond = Atomics.load(words, 0) > 0n && Atomics.load(words, 2) === 0n;
    const take = () => {
      if (Atomics.add(words, 0, 1n) >= BigInt(task.layout.segments)) return false;
      Atomics.add(words, 1, 100n);
      return true;
    };
    if (isSecond) while (take());
    else if (Atomics.load(words, 2) === 0n) {
      take();
      while (Atomics.load(words, 2) === 0n) Atomics.wait(words, 2, 0n, 5);
    }
    parentPort.postMessage({});
  });`);

  test('they end between two segments, and go on with the next one', async () => {
    const pool = createWorkerPool({ workerUrl: slow, size: 1 });
    const gate = createGate();
    const seen: number[] = [];
    const paused = Promise.withResolvers<void>();
    const running = pool.run(taskOf('seal'), {
      gate,
      onProgress: (bytes) => {
        seen.push(bytes);
        if (bytes === 100) gate.close();
        if (seen.filter((each) => each === 100).length > 2) paused.resolve();
      },
    });
    await paused.promise;
    // The one worker is free for others meanwhile.
    const controller = new AbortController();
    const other = pool.run(taskOf('open'), {
      signal: controller.signal,
      onProgress: (bytes) => bytes === 100 && controller.abort(),
    });
    await expect(other).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    gate.open();
    expect(await running).toBeUndefined();
    expect(seen.at(-1)).toBe(100 * layoutForPlaintext(5 * MIB).segments);
    await pool.close();
  });
});

test('idle workers hold no process open', async () => {
  const source = await bench.write('idle.bin', 'hello');
  const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `
    const { createWorkerPool } = await import(${url('./worker-pool.ts')});
    const { sealToTemporary } = await import(${url('./seal-file.ts')});
    const { newDek } = await import(${url('../../core/crypto/file-key.ts')});
    const { encodePrelude } = await import(${url('../../shared/formats/prelude.ts')});
    const { createTemporaries } = await import(${url('./temporaries.ts')});
    const temporaries = createTemporaries(${JSON.stringify(bench.path('home'))});
    const pool = createWorkerPool({ workerUrl: new URL(${JSON.stringify(WORKER_URL.href)}) });
    const prelude = encodePrelude({ resource_name: 'r', kacls_url: 'u' });
    const request = { source: ${JSON.stringify(source)}, folder: ${JSON.stringify(bench.folder)}, prelude, dek: newDek() };
    console.log((await sealToTemporary({ pool, temporaries }, request)).plaintextBytes);
    await temporaries.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 10_000,
  });
  expect(stdout).toBe('5\n');
});

test('counters go past 32 bits', () => {
  const counters = createJobCounters();
  counters.addBytes(2 ** 40);
  counters.addBytes(2 ** 40);
  expect(counters.bytesDone()).toBe(2 ** 41);
  expect([counters.takeSegment(), counters.takeSegment()]).toEqual([0, 1]);
  expect(createJobCounters(counters.memory).takeSegment()).toBe(2);
  expect(counters.isStopped()).toBe(false);
  createJobCounters(counters.memory).stop();
  expect(counters.isStopped()).toBe(true);
  expect([counters.isAllTaken(3), counters.isAllTaken(4)]).toEqual([true, false]);
  counters.goOn();
  expect(counters.isStopped()).toBe(false);
});
