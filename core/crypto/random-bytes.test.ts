import { expect, test } from 'vitest';
import { takeRandomBytes } from './random-bytes.ts';

test('no bytes are given out twice, whatever lengths are asked for', () => {
  const lengths = Array.from({ length: 3000 }, (_, index) => 8 + (index % 80));
  const taken = lengths.map((length) => takeRandomBytes(length));
  expect(taken.map((bytes) => bytes.length)).toEqual(lengths);
  expect(new Set(taken.map((bytes) => bytes.toString('hex', 0, 8))).size).toBe(lengths.length);
  expect(takeRandomBytes(0).length).toBe(0);
});

test('what was given out is its taker’s alone', () => {
  const [first, second] = [takeRandomBytes(32), takeRandomBytes(32)];
  const copy = Buffer.from(second);
  first.fill(0);
  takeRandomBytes(32).fill(1);
  expect(second).toEqual(copy);
});
