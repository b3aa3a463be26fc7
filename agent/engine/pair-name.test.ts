import { expect, test } from 'vitest';
import { nameBytes, numberedName } from '../../shared/names/file-name.ts';
import { nameOfPair, nameWithRoomFor } from './pair-name.ts';

const LONG = `${'é'.repeat(125)}.jpeg`;

test('a name that fits stays, one that does not is shortened and tells itself from others', () => {
  expect(nameWithRoomFor(4, 'x'.repeat(251))).toBe('x'.repeat(251));
  const short = nameWithRoomFor(4, LONG);
  expect(short).toMatch(/^é+~[0-9a-f]{8}$/);
  expect(nameBytes(`${short} (99999).enc`)).toBeLessThanOrEqual(255);
  expect(nameWithRoomFor(4, LONG.replace('.jpeg', '.jpg2'))).not.toBe(short);
});

test.each([
  ['its own name', 'report.txt', 'report.txt', 'report.txt'],
  ['a name that its person gave it', 'mine', 'report.txt', 'mine'],
  ['a number', 'report (2).txt', 'report.txt', 'report (2).txt'],
  ['a shortened name', nameWithRoomFor(4, LONG), LONG, LONG],
  ['a shortened name with a number', numberedName(nameWithRoomFor(4, LONG), 12), LONG, LONG],
  [
    'a shortened name that its person changed',
    `my ${nameWithRoomFor(4, LONG)}`,
    LONG,
    `my ${nameWithRoomFor(4, LONG)}`,
  ],
  ['a name of its own in place of a long one', 'mine (2)', LONG, 'mine (2)'],
  ['a name cut for a number', numberedName('x'.repeat(251), 2, 251), 'x'.repeat(251), 'x'.repeat(251)],
])('a pair with %s', (_, stem, name, opened) => {
  expect(nameOfPair(stem, name)).toBe(opened);
});
