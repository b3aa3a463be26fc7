import { expect, test } from 'vitest';
import { createPackedEntries } from './packed-entries.ts';

const entry = (index: number) => ({
  path: `日本 ${index}`,
  size: index,
  attributes: { mtime: -1e15 - index },
});

test.each([0, 1, 199, 200, 201, 1700])('%i entries come back in order, each time', (count) => {
  const entries = createPackedEntries<ReturnType<typeof entry>>();
  const expected = Array.from({ length: count }, (_, index) => entry(index));
  for (const one of expected) entries.add(one);
  expect(entries.count).toBe(count);
  for (const _ of [1, 2]) expect([...entries]).toEqual(expected);
});
