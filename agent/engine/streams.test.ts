import { readFile, rm, stat } from 'node:fs/promises';
import { platform } from 'node:process';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodePrelude } from '../../shared/formats/prelude.ts';
import { createEngineBench, type EngineBench, PRELUDE, someBytes } from '../../test/support/engine.ts';
import { createGate } from './gate.ts';
import { openStreamToTemporary, readStreamStart } from './open-stream.ts';
import { sealStreamToTemporary } from './seal-stream.ts';
import type { StreamSource } from './source.ts';

let bench: EngineBench;
beforeAll(async () => {
  bench = await createEngineBench();
});
afterAll(() => bench.close());
afterEach(async () => expect(await bench.names()).toEqual([]));

const MIB = 1024 * 1024;

/** In chunks that fit no segment. */
function streamOf(bytes: Uint8Array, size = bytes.length, chunk = 99_991): StreamSource {
  function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  return { name: 'dropped.bin', size, open: async () => Readable.from(chunks(), { objectMode: false }) };
}

async function taken(temporary: string): Promise<Buffer> {
  const bytes = await readFile(temporary);
  await rm(temporary);
  return bytes;
}

async function seal(source: StreamSource, signal?: AbortSignal): Promise<Buffer> {
  const { folder, dek } = bench;
  return taken(
    (await sealStreamToTemporary(bench.engine, { source, folder, prelude: PRELUDE, dek, signal })).temporary,
  );
}

async function open(source: StreamSource, signal?: AbortSignal): Promise<Buffer> {
  const { prelude } = await readStreamStart(source, signal);
  const { folder, dek } = bench;
  return taken(
    (await openStreamToTemporary(bench.engine, { source, prelude, folder, dek, signal })).temporary,
  );
}

describe('a stream seals to what a file seals to, and opens so', () => {
  test.each([0, 1, MIB - 56, MIB - 55, MIB, 3 * MIB + 7])('%i bytes', async (length) => {
    const bytes = someBytes(length);
    const enc = await seal(streamOf(bytes));
    expect((await bench.open(enc)).equals(bytes)).toBe(true);
    expect((await open(streamOf(await bench.seal(bytes)))).equals(bytes)).toBe(true);
  });
});

test.runIf(platform === 'linux')('what was sparse takes no room again', async () => {
  const bytes = Buffer.alloc(8 * MIB + 7);
  bytes.write('middle', 4 * MIB);
  const { folder, dek } = bench;
  const source = streamOf(await bench.seal(bytes));
  const { prelude } = await readStreamStart(source);
  const { temporary } = await openStreamToTemporary(bench.engine, { source, prelude, folder, dek });
  expect((await stat(temporary)).blocks * 512).toBeLessThan(3 * MIB);
  expect((await taken(temporary)).equals(bytes)).toBe(true);
});

describe('what is not as long as promised is refused', () => {
  const bytes = someBytes(2 * MIB);
  test.each([-1, 1, -MIB, MIB])('by %i bytes', async (more) => {
    const refusal = { code: 'FILE_CHANGED', details: { file: 'dropped.bin' } };
    await expect(seal(streamOf(bytes, bytes.length + more))).rejects.toMatchObject(refusal);
    const enc = await bench.seal(bytes);
    await expect(open(streamOf(enc, enc.length + more))).rejects.toMatchObject({
      code: expect.stringMatching(/FILE_CHANGED|FILE_DAMAGED/),
    });
  });

  test('an empty one that gives something', async () => {
    await expect(seal(streamOf(bytes, 0))).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });
});

test('a changed byte anywhere opens nothing', async () => {
  const enc = await bench.seal(someBytes(MIB + 100));
  for (const at of [0, 9, 40, PRELUDE.bytes.length, PRELUDE.bytes.length + 41, MIB + 50, enc.length - 1]) {
    const changed = Buffer.from(enc);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(open(streamOf(changed))).rejects.toMatchObject({
      code: expect.stringMatching(/FILE_DAMAGED|FILE_NOT_SEALED|FILE_TOO_NEW/),
    });
  }
});

test('a damaged segment is refused when it came: what is behind it is not waited for', async () => {
  const enc = await bench.seal(someBytes(6 * MIB));
  const [start, damaged] = [PRELUDE.bytes.length, 2];
  const at = start + damaged * MIB + 100;
  enc[at] = (enc[at] ?? 0) ^ 1;
  let given = 0;
  const endless = async function* () {
    for (; given < start + (damaged + 1) * MIB; given += 1024) yield enc.subarray(given, given + 1024);
    // The rest never comes.
    await new Promise(() => undefined);
  };
  const source = {
    ...{ name: 'dropped.bin', size: enc.length },
    open: async (upTo?: number) =>
      Readable.from(upTo === undefined ? endless() : [enc.subarray(0, upTo)], { objectMode: false }),
  };
  await expect(open(source)).rejects.toMatchObject({ code: 'FILE_DAMAGED', details: { segment: damaged } });
});

test('a stream waits at a closed gate between two segments, and goes on there', async () => {
  const bytes = someBytes(3 * MIB);
  const enc = await bench.seal(bytes);
  const { folder, dek } = bench;
  for (const way of ['seal', 'open'] as const) {
    const gate = createGate();
    const waiting = Promise.withResolvers<void>();
    const seen: number[] = [];
    const onProgress = (done: number) => {
      seen.push(done);
      if (seen.length > 1) return;
      gate.close();
      setImmediate(waiting.resolve);
    };
    const how = { folder, dek, onProgress, gate };
    const [toTemporary, content] =
      way === 'open' ? [openStreamToTemporary, enc] : [sealStreamToTemporary, bytes];
    const ending = toTemporary(bench.engine, { source: streamOf(content), prelude: PRELUDE, ...how });
    await waiting.promise;
    expect(seen).toHaveLength(1);
    gate.open();
    const result = await taken((await ending).temporary);
    expect((way === 'open' ? result : await bench.open(result)).equals(bytes)).toBe(true);
  }
});

test('what begins otherwise than it did when its key was asked for is refused', async () => {
  const enc = await bench.seal(someBytes(100));
  const other = encodePrelude({ ...PRELUDE.header, resource_name: `${PRELUDE.header.resource_name}x` });
  const { folder, dek } = bench;
  const opening = openStreamToTemporary(bench.engine, { source: streamOf(enc), prelude: other, folder, dek });
  await expect(opening).rejects.toMatchObject({ code: 'FILE_DAMAGED', details: { file: 'dropped.bin' } });
});

test('a stream that breaks says that the file could not be read', async () => {
  const broken = new PassThrough();
  const source = { name: 'dropped.bin', size: 100, open: async () => broken };
  const sealing = seal(source);
  broken.write('some');
  broken.destroy(new Error('the page is gone'));
  await expect(sealing).rejects.toMatchObject({
    code: 'FILE_NOT_READABLE',
    details: { file: 'dropped.bin' },
  });
  const unopened = { ...source, open: () => Promise.reject(new Error('no page')) };
  await expect(seal(unopened)).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
});

describe('cancelled at any moment nothing is left', () => {
  test('while the content has not come yet', async () => {
    const cancel = new AbortController();
    const late = Promise.withResolvers<Readable>();
    const sealing = seal({ name: 'a', size: 5, open: () => late.promise }, cancel.signal);
    cancel.abort();
    await expect(sealing).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    const stream = new PassThrough();
    late.resolve(stream);
    await new Promise((resolve) => stream.once('close', resolve));
  });

  test.each(['seal', 'open'] as const)('while the stream stalls: %s', async (kind) => {
    const cancel = new AbortController();
    const bytes = someBytes(3 * MIB);
    const content = kind === 'seal' ? bytes : await bench.seal(bytes);
    const stream = new PassThrough();
    const start = (upTo: number) => Readable.from([content.subarray(0, upTo)], { objectMode: false });
    const source = {
      ...{ name: 'a', size: content.length },
      open: async (upTo?: number) => (upTo === undefined ? stream : start(upTo)),
    };
    const work = (kind === 'seal' ? seal : open)(source, cancel.signal);
    stream.write(content.subarray(0, 2 * MIB), () => cancel.abort());
    await expect(work).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(stream.destroyed).toBe(true);
  });

  test('before it began', async () => {
    await expect(seal(streamOf(someBytes(5)), AbortSignal.abort())).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
  });
});
