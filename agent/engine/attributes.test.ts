import { closeSync, openSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngineBench, type EngineBench } from '../../test/support/engine.ts';
import { attributesOf, exactAttributesOf, setAttributes, setAttributesSync } from './attributes.ts';

let bench: EngineBench;
beforeEach(async () => {
  bench = await createEngineBench();
});
afterEach(() => bench.close());

test.each([
  ['of today', 1_763_805_610_123_456],
  ['the first of all', 0],
  ['just before that', -1],
  ['a day before', -86_400_000_000],
  ['of 1930', -1_234_567_890_123_457],
])('a time is kept to the microsecond: %s', async (_, mtime) => {
  const file = await bench.write('a', 'a');
  const handle = await open(file, 'r+');
  await setAttributes(handle, { mode: 0o640, mtime });
  await handle.close();
  expect(attributesOf(await stat(file)).mtime).toBe(mtime);
  expect(exactAttributesOf(await stat(file, { bigint: true }))).toEqual(attributesOf(await stat(file)));
  const other = await bench.write('b', 'b');
  const descriptor = openSync(other, 'r+');
  setAttributesSync(descriptor, { mode: 0o640, mtime });
  closeSync(descriptor);
  expect(attributesOf(await stat(other)).mtime).toBe(mtime);
});
