import { expect, test } from 'vitest';
import { formatBytes, formatSeconds, type Progress, progressLine } from './progress-line.ts';
import { textWidth } from './text-width.ts';

const MIB = 1024 ** 2;

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [40 * MIB, '40.0 MiB'],
  [3 * 1024 ** 4, '3.0 TiB'],
  [5000 * 1024 ** 4, '5000.0 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0:00'],
  [0.2, '0:01'],
  [75, '1:15'],
  [3600, '1:00:00'],
  [3675, '1:01:15'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

const one: Progress = {
  name: '/home/ana/report.txt',
  done: 0,
  items: 1,
  bytes: 40 * MIB,
  total: 100 * MIB,
  rate: 5 * MIB,
};
const many: Progress = { ...one, done: 3, items: 12 };

test.each([
  [one, 80, 'report.txt [########------------]  40%  5.0 MiB/s  0:12 left'],
  [one, 50, 'report.txt [###-----]  40%  5.0 MiB/s  0:12 left'],
  [one, 40, 'report.txt [###-----]  40%  0:12 left'],
  [{ ...one, rate: undefined }, 80, 'report.txt [########------------]  40%'],
  [many, 80, '3 of 12 files, 40.0 MiB of 100.0 MiB [###-----]  40%  5.0 MiB/s  0:12 left'],
  [one, 20, 'report.txt  40%'],
  [many, 40, '3 of 12 [###-----]  40%  0:12 left'],
  [{ ...one, total: undefined }, 80, 'report.txt  40.0 MiB  5.0 MiB/s'],
  [{ ...many, total: undefined }, 80, '3 of 12 files, 40.0 MiB  5.0 MiB/s'],
  [{ ...one, bytes: 0, total: 0 }, 80, 'report.txt [####################] 100%  5.0 MiB/s  0:00 left'],
])('%o in %i columns', (progress, columns, line) => {
  expect(progressLine(progress, columns)).toBe(line);
});

test('100 % is only what is done', () => {
  const nearly = { ...one, bytes: 100 * MIB - 1 };
  expect(progressLine(nearly, 80)).toContain('[###################-]  99%');
  expect(progressLine({ ...one, bytes: 100 * MIB }, 80)).toContain('[####################] 100%');
  expect(progressLine({ ...one, bytes: 200 * MIB }, 80)).toContain(' 100%');
});

test.each([1, 20, 30, 40, 60, 80, 120, 200])(
  'at %i columns no line is wider than the terminal',
  (columns) => {
    const names = ['n'.repeat(255), '日本語の長い名前'.repeat(8), '👩‍👩‍👧'.repeat(20), 'a'];
    for (const name of names)
      for (const items of [1, 12, 100_000])
        for (const total of [undefined, 0, 40 * MIB, 900 * 1024 ** 4])
          for (const rate of [undefined, 1, 999 * MIB]) {
            const line = progressLine({ ...many, name, items, total, rate }, columns);
            expect(textWidth(line)).toBeLessThanOrEqual(Math.max(20, columns - 1));
            expect(line).not.toBe('');
          }
  },
);
