import { appendFile, stat, truncate, utimes } from 'node:fs/promises';
import { platform } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deriveStreamKey, encodeStreamHeader, newStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { createEngineBench, type EngineBench, PRELUDE, someBytes } from '../../test/support/engine.ts';
import { attributesOf } from './attributes.ts';
import type { SealWhole } from './whole-files.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

let pool: WorkerPool;
let bench: EngineBench;
beforeEach(async () => {
  pool = createWorkerPool({
    workerUrl: new URL('../../test/support/rewriting-worker.ts', import.meta.url),
  });
  bench = await createEngineBench(pool);
});
afterEach(async () => {
  await bench.close();
  await pool.close();
});

const BYTES = 5000;

async function toSeal(name: string): Promise<SealWhole> {
  const source = await bench.write(name, someBytes(BYTES));
  // Long at rest, so that any write shows in its time.
  await utimes(source, 1000, 1000);
  const header = newStreamHeader();
  return {
    source,
    bytes: BYTES,
    head: Buffer.concat([PRELUDE.bytes, encodeStreamHeader(header)]),
    stream: deriveStreamKey(bench.dek, header, PRELUDE.bytes),
    enc: bench.path(`${name}.enc`),
    key: bench.path(`${name}.key`),
    keyText: '{}',
  };
}

test.skipIf(platform !== 'linux')(
  'a small file that is rewritten while it is read is left undone, as one that has another length',
  async () => {
    const files = await Promise.all(['fine', 'rewritten', 'grown', 'cut'].map(toSeal));
    await appendFile(bench.path('grown'), 'more');
    await truncate(bench.path('cut'), BYTES - 1);
    expect(await pool.runWhole({ kind: 'seal', files, restMs: 0 })).toEqual([true, false, false, false]);
    expect(await bench.names()).toEqual(['cut', 'fine', 'fine.enc', 'fine.key', 'grown', 'rewritten']);
  },
);

test('one that was just written, or is otherwise than it was found, is left undone', async () => {
  const [first, second, third] = [await toSeal('a'), await toSeal('b'), await toSeal('c')];
  const attributes = attributesOf(await stat(bench.path('a')));
  const files = [
    { ...first, attributes },
    { ...second, attributes: { ...attributes, mode: 0o755 } },
  ];
  expect(await pool.runWhole({ kind: 'seal', files, restMs: 0 })).toEqual([true, false]);
  expect(await pool.runWhole({ kind: 'seal', files: [third], restMs: 60_000 })).toEqual([false]);
  expect(await bench.names()).toEqual(['a', 'a.enc', 'a.key', 'b', 'c']);
});
