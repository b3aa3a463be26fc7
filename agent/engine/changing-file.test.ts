import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isSealkeepError } from '../../shared/errors/error.ts';
import { createEngineBench, type EngineBench, PRELUDE } from '../../test/support/engine.ts';
import { REST_MS } from './file-rest.ts';
import { sealToTemporary } from './seal-file.ts';

/** Versions of a file are so many bytes of one value. */
const WRITER = `
  const { openSync, writeSync } = require('node:fs');
  const { parentPort, workerData: { file, length } } = require('node:worker_threads');
  const descriptor = openSync(file, 'r+');
  const bytes = Buffer.alloc(length);
  for (let version = 1; ; version = (version % 250) + 1) {
    bytes.fill(version);
    writeSync(descriptor, bytes, 0, length, 0);
    if (version === 1) parentPort.postMessage('writing');
  }
`;
const SEALINGS = 8;

let bench: EngineBench;
const writers: Worker[] = [];
beforeEach(async () => {
  bench = await createEngineBench();
});
afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.terminate();
  await bench.close();
});

async function writtenWithoutPause(length: number): Promise<string> {
  const file = await bench.write(`${length} bytes`, Buffer.alloc(length));
  const writer = new Worker(WRITER, { eval: true, workerData: { file, length } });
  writers.push(writer);
  await new Promise((begun) => writer.once('message', begun));
  return file;
}

/** @returns what was sealed; undefined where it was refused. */
async function sealed(source: string): Promise<Buffer | undefined> {
  const { folder, dek } = bench;
  try {
    const engine = { ...bench.engine, restMs: REST_MS };
    const { temporary } = await sealToTemporary(engine, { source, folder, prelude: PRELUDE, dek });
    return await readFile(temporary);
  } catch (error) {
    if (isSealkeepError(error, 'FILE_CHANGED')) return undefined;
    throw error;
  }
}

test('a file that is written without a pause is refused, or sealed as one of its versions', async () => {
  const files = await Promise.all([60_000, 1_000_000].map(writtenWithoutPause));
  const sealings = files.flatMap((file) => Array.from({ length: SEALINGS }, () => sealed(file)));
  const encs = await Promise.all(sealings);
  for (const writer of writers.splice(0)) await writer.terminate();
  for (const enc of encs) {
    const plaintext = enc && (await bench.open(enc));
    expect(plaintext?.every((byte) => byte === plaintext[0]) ?? true).toBe(true);
  }
});
