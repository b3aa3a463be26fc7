import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openThrough } from '../../agent/jobs/open-through.ts';
import { sealThrough } from '../../agent/jobs/seal-through.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { someBytes } from '../support/engine.ts';
import { startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let ann: WorldPerson;
let ben: WorldPerson;
beforeAll(async () => {
  world = await startTestWorld();
  ann = await world.person('ann');
  ben = await world.person('ben');
});
afterAll(() => world.close());

const MIB = 1024 * 1024;
/** What the first segment holds, less the prelude's place in the stream. */
const FIRST = MIB - 56;

/** In chunks that fit no segment. */
function contentOf(bytes: Uint8Array) {
  function* chunks() {
    for (let at = 0; at < bytes.length; at += 99_991) yield bytes.subarray(at, at + 99_991);
  }
  return { name: 'standard input', open: async () => Readable.from(chunks(), { objectMode: false }) };
}

/** A reader that keeps what it got, and may go away. */
function sink() {
  const got: Buffer[] = [];
  const write = async (piece: Buffer) => void got.push(Buffer.from(piece));
  return { write, bytes: () => Buffer.concat(got) };
}

async function sealed(bytes: Uint8Array, more: { name?: string; keyPath?: string } = {}): Promise<Buffer> {
  const out = sink();
  const request = { content: contentOf(bytes), name: 'dump.sql', ...more, write: out.write };
  expect(await sealThrough(ann.agent.jobs, request)).toBe(bytes.length);
  return out.bytes();
}

test.each([0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + MIB - 16, FIRST + MIB - 15, 3 * MIB + 7])(
  '%i bytes of unknown length come back, as a stream and as a file',
  async (length) => {
    const bytes = someBytes(length);
    const enc = await sealed(bytes);
    const out = sink();
    expect(
      await openThrough(ann.agent.jobs, { reason: 'open', content: contentOf(enc), write: out.write }),
    ).toBe(length);
    expect(out.bytes().equals(bytes)).toBe(true);

    const file = await ann.write(`stream-${length}.enc`, enc);
    const { finished } = await ann.open(file);
    expect((await readFile(finished[0]?.out ?? '')).equals(bytes)).toBe(true);
    // The registry's copy came back, and knows how long it was.
    const key = JSON.parse(await readFile(file.replace(/enc$/, 'key'), 'utf8'));
    expect(key).toMatchObject({ name: 'dump.sql', size: length });
  },
);

test('the .key goes to a file as well, where one is named, and overwrites none', async () => {
  const keyPath = path.join(ann.folder, 'kept.key');
  const enc = await sealed(someBytes(10), { keyPath });
  expect(JSON.parse(await readFile(keyPath, 'utf8'))).toMatchObject({ size: 10 });
  const request = { reason: 'open' as const, content: contentOf(enc), keyPath, write: sink().write };
  expect(await openThrough(ann.agent.jobs, request)).toBe(10);

  const other = sink();
  const again = { content: contentOf(someBytes(10)), name: 'a', keyPath, write: other.write };
  await expect(sealThrough(ann.agent.jobs, again)).rejects.toMatchObject({ code: 'OUTPUT_TAKEN' });
  const gone = { ...request, content: contentOf(enc), keyPath: `${keyPath}.gone` };
  await expect(openThrough(ann.agent.jobs, gone)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  const theirs = { ...request, content: contentOf(await sealed(someBytes(3))) };
  await expect(openThrough(ann.agent.jobs, theirs)).rejects.toMatchObject({ code: 'KEY_FILE_MISMATCH' });
});

test('only segments whose tag was checked go out of a damaged stream, and it fails', async () => {
  const bytes = someBytes(3 * MIB);
  const enc = await sealed(bytes);
  const streamAt = (await sealed(new Uint8Array())).length - 40 - 16;
  const second = streamAt + 2 * MIB;
  for (const [damaged, good] of [
    [enc.with(second + 500, (enc[second + 500] ?? 0) ^ 1), FIRST + MIB - 16],
    [enc.subarray(0, second + 500), FIRST + MIB - 16],
    [Buffer.concat([enc.subarray(0, second), Buffer.alloc(500)]), FIRST + MIB - 16],
    // What is left are whole segments, and none of them is the last one.
    [enc.subarray(0, second), FIRST],
    [Buffer.concat([enc, Buffer.alloc(1)]), 3 * MIB - ((3 * MIB - FIRST) % (MIB - 16))],
  ] as const) {
    const out = sink();
    const opening = openThrough(ann.agent.jobs, {
      reason: 'open',
      content: contentOf(damaged),
      write: out.write,
    });
    await expect(opening).rejects.toMatchObject({
      code: 'STREAM_DAMAGED',
      details: { file: 'standard input', bytes: good },
    });
    expect(out.bytes().equals(bytes.subarray(0, good))).toBe(true);
  }
});

test('a stream whose first segment is damaged, or that is no sealed one, gives nothing at all', async () => {
  const enc = await sealed(someBytes(100));
  for (const [damaged, code] of [
    [enc.with(enc.length - 1, (enc[enc.length - 1] ?? 0) ^ 1), 'FILE_DAMAGED'],
    [enc.subarray(0, enc.length - 1), 'FILE_DAMAGED'],
    [someBytes(500), 'FILE_NOT_SEALED'],
    [new Uint8Array(), 'FILE_NOT_SEALED'],
  ] as const) {
    const out = sink();
    const opening = openThrough(ann.agent.jobs, {
      reason: 'open',
      content: contentOf(damaged),
      write: out.write,
    });
    await expect(opening).rejects.toMatchObject({ code, details: { file: 'standard input' } });
    expect(out.bytes()).toHaveLength(0);
  }
});

test("another person's stream is refused", async () => {
  const content = contentOf(await sealed(someBytes(10)));
  const out = sink();
  await expect(openThrough(ben.agent.jobs, { reason: 'open', content, write: out.write })).rejects.toThrow(
    SealkeepError,
  );
  expect(out.bytes()).toHaveLength(0);
});

test('nothing goes out before the registry has the key, nor the last segment before it has the length', async () => {
  const bytes = someBytes(2 * MIB);
  const { jobs } = ann.agent;
  const whole = await sealed(bytes);
  /** The cloud is away from the given call on. */
  const sealedUntil = async (call: number) => {
    const told: number[] = [];
    const putKeys: typeof jobs.cloud.putKeys = (bearer, items) => {
      if (told.length === call) throw new SealkeepError('SERVER_UNREACHABLE', { service: 'cloud' });
      told.push(...items.map(({ size }) => size));
      return jobs.cloud.putKeys(bearer, items);
    };
    const out = sink();
    const request = { content: contentOf(bytes), name: 'a', write: out.write };
    const sealing = sealThrough({ ...jobs, cloud: { ...jobs.cloud, putKeys } }, request);
    await expect(sealing).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    return { told, enc: out.bytes() };
  };
  expect(await sealedUntil(0)).toEqual({ told: [], enc: Buffer.alloc(0) });
  const { told, enc } = await sealedUntil(1);
  expect(told).toEqual([0]);
  expect(enc.length).toBeGreaterThan(MIB);
  expect(enc.length).toBeLessThan(whole.length - 16);
  // What went out has a key in the registry, and opens as nothing all the same.
  const file = await ann.write('cut.enc', enc);
  expect((await ann.open(file)).failed.map(({ error }) => error.code)).toEqual(['FILE_DAMAGED']);
  const out = sink();
  const opening = { reason: 'open' as const, content: contentOf(enc), write: out.write };
  await expect(openThrough(jobs, opening)).rejects.toMatchObject({ code: 'STREAM_DAMAGED' });
});

test('cancelled while nothing comes, and where nobody reads any more, it ends', async () => {
  const cancel = new AbortController();
  const stream = new PassThrough();
  const sealing = sealThrough(ann.agent.jobs, {
    content: { name: 'standard input', open: async () => stream },
    name: 'a',
    write: async () => cancel.abort(),
    signal: cancel.signal,
  });
  stream.write(someBytes(10));
  await expect(sealing).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  expect(stream.destroyed).toBe(true);

  const gone = new SealkeepError('JOB_CANCELLED');
  const write = () => Promise.reject(gone);
  await expect(
    sealThrough(ann.agent.jobs, { content: contentOf(someBytes(10)), name: 'a', write }),
  ).rejects.toBe(gone);
});

test('memory stays flat, however long the stream is', async () => {
  const chunk = someBytes(MIB);
  function* long() {
    for (let count = 0; count < 512; count += 1) yield chunk;
  }
  const content = { name: 'standard input', open: async () => Readable.from(long(), { objectMode: false }) };
  const before = process.memoryUsage().rss;
  let peak = 0;
  const write = async () => {
    peak = Math.max(peak, process.memoryUsage().rss);
  };
  expect(await sealThrough(ann.agent.jobs, { content, name: 'a', write })).toBe(512 * MIB);
  expect(peak - before).toBeLessThan(150 * MIB);
});
