import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Source } from '../../agent/engine/source.ts';
import { openFiles } from '../../agent/jobs/open-files.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

const CONTENT = 'what was sealed';

let world: TestWorld;
let alice: WorldPerson;
let enc: Buffer;
let key: Buffer;
let folder: string;
let opened: string;
let count = 0;
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
  const pair = await alice.sealed('small.txt', CONTENT);
  [enc, key] = [await readFile(pair.enc), await readFile(pair.key)];
});
afterAll(() => world.close());
beforeEach(async () => {
  count += 1;
  [folder, opened] = [path.join(alice.folder, `${count}`), path.join(alice.folder, `${count} opened`)];
  await mkdir(folder);
  await mkdir(opened);
});

function flipped(bytes: Buffer, at: number, mask = 1): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

async function open(sources: readonly Source[], keys?: ReadonlyMap<Source, Source>) {
  const { report, ...outcome } = collector();
  await openFiles(alice.agent.jobs, { sources, keys, folder: opened }, report);
  return outcome;
}

async function pairOf(name: string, encBytes: Buffer, keyBytes: Buffer): Promise<string> {
  await writeFile(path.join(folder, `${name}.enc`), encBytes);
  await writeFile(path.join(folder, `${name}.key`), keyBytes);
  return path.join(folder, `${name}.enc`);
}

describe('every byte of a small .enc, changed once, is refused and leaves nothing', () => {
  test('as many files, which go the quick way first', async () => {
    const sources: string[] = [];
    for (let at = 0; at < enc.length; at += 1) sources.push(await pairOf(`${at}`, flipped(enc, at), key));
    const { finished, failed } = await open(sources);
    expect(finished).toEqual([]);
    expect(failed).toHaveLength(enc.length);
    expect(new Set(failed.map(({ error }) => error.code))).toEqual(
      new Set(['FILE_NOT_SEALED', 'FILE_DAMAGED', 'KEY_FILE_MISMATCH', 'RESOURCE_MISMATCH']),
    );
    expect(await readdir(opened)).toEqual([]);
  });

  // `agent/engine/open-file.test.ts` has the careful way for each of them.
  test('some of them alone, which go the careful way', async () => {
    for (let at = 0; at < enc.length; at += 23) {
      const { finished, failed } = await open([await pairOf('one', flipped(enc, at, 0x80), key)]);
      expect([finished.length, failed.length], `byte ${at}`).toEqual([0, 1]);
    }
    expect(await readdir(opened)).toEqual([]);
  });

  test('as streams', async () => {
    const keyFile = path.join(folder, 'small.key');
    await writeFile(keyFile, key);
    const sources = Array.from(enc, (_, at): Source => {
      const bytes = flipped(enc, at, 0x10);
      const name = `${at}.enc`;
      return { name, size: bytes.length, open: async () => Readable.from([bytes], { objectMode: false }) };
    });
    const { finished, failed } = await open(sources, new Map(sources.map((source) => [source, keyFile])));
    expect([finished, failed.length]).toEqual([[], enc.length]);
    expect(await readdir(opened)).toEqual([]);
  });
});

test('every byte of a .key, changed once: it is refused, or the same bytes come out under the right name', async () => {
  const lineOf = (at: number) => key.toString('latin1', key.lastIndexOf('\n', at) + 1, key.indexOf('\n', at));
  const sources = await Promise.all(
    Array.from(key, async (_, at) => {
      // By its name no .enc, so that the name of what is opened is the one that the .key says.
      const source = path.join(folder, `${at}`);
      await writeFile(source, enc);
      await writeFile(`${source}.key`, flipped(key, at));
      return source;
    }),
  );
  // Of a batch with a wrapped key that is refused each one is asked for again: so those go by themselves.
  const parts = Map.groupBy(sources, (_, at) => (lineOf(at).includes('"wrapped_key"') ? at % 4 : 'others'));
  const outcomes = await Promise.all(Array.from(parts.values(), (some) => open(some)));
  const finished = outcomes.flatMap((outcome) => outcome.finished);
  expect(finished.length + outcomes.flatMap(({ failed }) => failed).length).toBe(key.length);
  for (const { out } of finished) {
    expect(path.basename(out)).toMatch(/^small(?: \(\d+\))?\.txt$/);
    expect(await readFile(out, 'utf8')).toBe(CONTENT);
  }
  expect((await readdir(opened)).length).toBe(finished.length);

  // The KMS's address decides nothing, and the letter before the padding of base64 has bits that say nothing.
  const isHarmless = (at: number) =>
    lineOf(at).includes('"kacls_url"') || (/"(?:wrapped_key|mac)"/.test(lineOf(at)) && key[at + 1] === 0x3d);
  const harmless = finished.map(({ file }) => Number(path.basename(file)));
  expect(harmless.filter((at) => !isHarmless(at))).toEqual([]);
  expect(harmless.length).toBeGreaterThan(world.kms.config.url.length - 3);
});
