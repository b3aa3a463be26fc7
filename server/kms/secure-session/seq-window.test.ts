import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeqWindow, SEQ_WINDOW } from './seq-window.ts';

test('a number is taken once, in any order within the window', () => {
  const window = createSeqWindow(1);
  expect([3, 1, 2, 3, 1].map((seq) => window.take(seq))).toEqual([true, true, true, false, false]);
  expect(window.floor).toBe(4);
});

test('the window’s edges', () => {
  const window = createSeqWindow(1);
  expect(window.take(SEQ_WINDOW + 1)).toBe(true);
  // 1 lies exactly outside, 2 is the last that can be told.
  expect([1, 2, 2].map((seq) => window.take(seq))).toEqual([false, true, false]);
  expect(window.take(2 * SEQ_WINDOW)).toBe(true);
  expect([SEQ_WINDOW, SEQ_WINDOW + 1, SEQ_WINDOW + 2].map((seq) => window.take(seq))).toEqual([
    false,
    false,
    true,
  ]);
});

test('everything below the floor counts as taken', () => {
  const window = createSeqWindow(5000);
  expect([4999, 4999 - SEQ_WINDOW, 1, 5000].map((seq) => window.take(seq))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test('it does what a list of all numbers would, whatever comes', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4000 })), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 30 }), (seqs, floor) => {
      const window = createSeqWindow(floor);
      const seen = new Set<number>();
      let highest = floor - 1;
      for (const seq of seqs) {
        const isGood = seq >= floor && !seen.has(seq) && seq > highest - SEQ_WINDOW;
        expect(window.take(seq)).toBe(isGood);
        if (isGood) seen.add(seq);
        if (isGood) highest = Math.max(highest, seq);
      }
    }),
  );
});
