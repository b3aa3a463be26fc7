import { expect, test } from 'vitest';
import { cutToWidth, textWidth } from './text-width.ts';

test.each([
  ['', 0],
  ['report.txt', 10],
  ['日本語.txt', 10],
  ['ｆｕｌｌ', 8],
  ['ﾊﾝｶｸ', 4],
  ['한국어', 6],
  ['e\u0301', 1],
  ['e\u0301\u0323', 1],
  ['🦭', 2],
  ['👩‍👩‍👧', 2],
  ['❤️', 2],
  ['a\u200bb', 2],
  ['𠀋', 2],
  ['…', 1],
])('%s takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test.each([
  ['report.txt', 10, 'report.txt'],
  ['quarterly report.txt', 12, 'quarterl…txt'],
  ['日本語の長い名前.txt', 10, '日本語…txt'],
  ['日本語', 3, '日…'],
  ['日本語', 2, '…'],
  ['日本語', 0, ''],
  ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5, '👩‍👩‍👧👩‍👩‍👧…'],
])('%s in %i columns is %s', (text, width, cut) => {
  expect(cutToWidth(text, width)).toBe(cut);
  expect(textWidth(cutToWidth(text, width))).toBeLessThanOrEqual(width);
});
