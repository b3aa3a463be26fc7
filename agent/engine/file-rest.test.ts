import { expect, test } from 'vitest';
import { msUntilRest } from './file-rest.ts';

const SECOND_MS = 1000;
const NOW = 1_763_805_610_123;

/** Of a file that was written to so long ago. */
function written(ago: number, size = 0) {
  return { size: BigInt(size), ctimeNs: BigInt(NOW - ago) * 1_000_000n };
}

test.each([
  ['just now', written(0), 500],
  ['a while ago', written(200), 300],
  ['long ago', written(500), 0],
  ['just now, by as much as takes a second to write', written(0, 500_000_000), 500 + SECOND_MS],
  ['just now, by as much as no write takes at once', written(0, 2 ** 40), 500 + 2 ** 31 / 500_000],
  ['long enough ago for that too', written(1500, 500_000_000), 0],
  ['by a clock that is ahead', written(-5000), 500],
  ['on a file system of whole seconds', written(123), 500 + 2 * SECOND_MS - 123],
])('a file that was written to %s', (_, found, ms) => {
  expect(msUntilRest(found, 500, NOW)).toBe(ms);
});

test('no rest is asked for', () => {
  expect(msUntilRest(written(123, 500_000_000), 0, NOW)).toBe(0);
});
