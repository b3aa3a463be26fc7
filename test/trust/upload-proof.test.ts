import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
beforeAll(async () => {
  world = await startTestWorld();
  alice = await world.person('alice');
});
afterAll(() => world.close());

/** The `.key` with some fields changed. */
async function change(keyPath: string, fields: (key: Record<string, string>) => object): Promise<void> {
  const key = JSON.parse(await readFile(keyPath, 'utf8')) as Record<string, string>;
  await writeFile(keyPath, JSON.stringify({ ...key, ...fields(key) }));
}

function damaged(wrappedKey: string): string {
  const bytes = Buffer.from(wrappedKey, 'base64');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return bytes.toString('base64');
}

test.each<[string, string, (key: Record<string, string>) => object]>([
  [
    'wrapped key was damaged',
    'WRAPPED_KEY_INVALID',
    (key) => ({ wrapped_key: damaged(key['wrapped_key'] ?? '') }),
  ],
  ['name was changed', 'KEY_FILE_ALTERED', () => ({ name: 'other.txt' })],
])('a pair whose %s is not uploaded, so that the registry keeps what opens', async (_, code, fields) => {
  const { enc, key } = await alice.sealed(`${code}.txt`, 'only once');
  await change(key, fields);
  expect((await alice.upload(enc)).failed.map(({ error }) => error.code)).toEqual([code]);

  await rm(key);
  expect((await alice.open(enc)).failed).toEqual([]);
});
