import { expect, test } from 'vitest';
import { createProgressCount } from './progress-count.ts';

function counted(sizes: Readonly<Record<string, number | undefined>>) {
  const clock = { ms: 1000 };
  const count = createProgressCount(new Map(Object.entries(sizes)), () => clock.ms);
  return { clock, count };
}

test('files and bytes add up, done or under way', () => {
  const { count } = counted({ a: 100, b: 50, c: 0 });
  expect(count.read()).toMatchObject({ done: 0, items: 3, bytes: 0, total: 150, name: 'a' });
  count.progress('b', 20, 50);
  expect(count.read()).toMatchObject({ done: 0, bytes: 20, name: 'b' });
  count.settle('b');
  count.settle('c');
  expect(count.read()).toMatchObject({ done: 2, bytes: 50 });
  expect(count.isOpen()).toBe(true);
  count.settle('a');
  expect(count.read()).toMatchObject({ done: 3, bytes: 150, total: 150 });
  expect(count.isOpen()).toBe(false);
});

test('what all of it is becomes known with the last size, and may be corrected', () => {
  const { count } = counted({ folder: undefined, file: 50 });
  count.progress('file', 10, 40);
  expect(count.read().total).toBeUndefined();
  count.progress('folder', 5, 200);
  expect(count.read()).toMatchObject({ bytes: 15, total: 240 });
  // A part of the folder, which is counted with it.
  count.progress('folder/one', 5, 200);
  count.settle('folder/one');
  expect(count.read()).toMatchObject({ bytes: 15, total: 240, done: 0 });
});

test('what fails counts as settled', () => {
  const { count } = counted({ gone: undefined, a: 10 });
  count.progress('a', 5, 10);
  count.settle('a');
  count.settle('gone');
  expect(count.read()).toMatchObject({ done: 2, bytes: 10, total: 10 });
});

test('the rate is that of the last seconds', () => {
  const { clock, count } = counted({ a: 1_000_000 });
  count.progress('a', 10, 1_000_000);
  expect(count.read().rate).toBeUndefined();
  clock.ms += 1000;
  count.progress('a', 1000, 1_000_000);
  expect(count.read().rate).toBe(1000);
  for (let second = 0; second < 10; second += 1) {
    clock.ms += 1000;
    count.progress('a', 1000 + (second + 1) * 50, 1_000_000);
    count.read();
  }
  expect(count.read().rate).toBe(50);
});
