import { expect, test } from 'vitest';
import { createRate } from './rate.ts';

function bench() {
  let time = 1_000_000;
  const rate = createRate(() => new Date(time));
  return { rate, pass: (ms: number) => (time += ms) };
}

test('it is of the last three seconds, and of the newest byte', () => {
  const { rate, pass } = bench();
  expect(rate.perSecond()).toBe(0);
  let bytes = 0;
  for (const perStep of [1000, 10]) {
    for (let step = 0; step < 50; step += 1) {
      rate.add(bytes);
      pass(100);
      bytes += perStep;
    }
  }
  expect(rate.perSecond()).toBe(100);
  // 40 ms after the newest sample: 628 bytes in 3,140 ms.
  pass(-60);
  rate.add(bytes + 308);
  expect(rate.perSecond()).toBe(200);
});

test('it grows with what is told within a tenth of a second, and begins anew', () => {
  const { rate, pass } = bench();
  rate.add(0);
  pass(50);
  rate.add(500);
  expect(rate.perSecond()).toBe(10_000);
  rate.reset();
  expect(rate.perSecond()).toBe(0);
});

test('a hundred small files a millisecond cost it nothing', () => {
  const { rate, pass } = bench();
  // With a sample of each, this would take hours.
  for (let ms = 0; ms < 10_000; ms += 1) {
    for (let file = 0; file < 100; file += 1) rate.add(ms * 100 + file);
    pass(1);
  }
  expect(rate.perSecond()).toBeCloseTo(100_000, -3);
});
