import { expect, test } from 'vitest';
import { hostDeviceName } from './host-device-name.ts';

test.each([
  ['ann’s laptop', 'ann’s laptop'],
  ['x'.repeat(100), 'x'.repeat(64)],
  [`${'x'.repeat(63)}😀`, 'x'.repeat(63)],
  ['a\u001b[2Jb', 'a\ufffd[2Jb'],
  ['', 'unknown'],
])('a host called %j is said to be %j', (host, said) => {
  expect(hostDeviceName(host)).toBe(said);
});
