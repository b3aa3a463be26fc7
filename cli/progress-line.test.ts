import { expect, test } from 'vitest';
import { formatBytes, progressLine } from './progress-line.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [40 * 1024 ** 2, '40.0 MiB'],
  [3 * 1024 ** 4, '3.0 TiB'],
  [5000 * 1024 ** 4, '5000.0 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, 100, '[------------------------]'],
  [50, 100, '[############------------]'],
  [100, 100, '[########################]'],
  [0, 0, '[########################]'],
  [150, 100, '[########################]'],
])('%i of %i bytes are %s', (bytes, total, bar) => {
  expect(progressLine('/a/report.txt', bytes, total, 200)).toBe(
    `${bar} ${formatBytes(bytes)} of ${formatBytes(total)}  report.txt`,
  );
});

test('it is no longer than the terminal is wide', () => {
  expect(progressLine('n'.repeat(255), 1, 2, 60)).toHaveLength(59);
  expect(progressLine('n'.repeat(255), 1, 2, 3)).toHaveLength(20);
});
