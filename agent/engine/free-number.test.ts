import { expect, test } from 'vitest';
import { freeNumber, LAST_NUMBER } from './free-number.ts';

async function found(isTaken: (number: number) => boolean) {
  let looks = 0;
  const number = await freeNumber(async (one) => {
    looks += 1;
    return isTaken(one);
  });
  return { number, looks };
}

test.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 1000, 65_535, 65_536, 99_998])(
  'the first after %i that are taken',
  async (taken) => {
    const { number, looks } = await found((one) => one <= taken);
    expect(number).toBe(taken + 1);
    expect(looks).toBeLessThan(40);
  },
);

test('where numbers are missing it is one of those, after one that is taken', async () => {
  const taken = new Set([1, 2, 4, 5, 6, 8]);
  const { number } = await found((one) => taken.has(one));
  expect([taken.has(number), taken.has(number - 1)]).toEqual([false, true]);
});

test('where all are taken it is beyond the last', async () => {
  expect((await found(() => true)).number).toBeGreaterThan(LAST_NUMBER);
});
