import { expect, test } from 'vitest';
import { timestamp } from './common.ts';

test.each([
  ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
  ['2027-01-31T12:00:00.123456Z', '2027-01-31T12:00:00.123Z'],
  ['2027-01-31T12:00:00+02:00', '2027-01-31T10:00:00.000Z'],
  ['2027-01-31T20:30:00.5-05:30', '2027-02-01T02:00:00.500Z'],
])('%s is %s', (given, utc) => {
  expect(timestamp.parse(given)).toBe(utc);
});

test.each([
  '2027-01-31',
  '2027-01-31T12:00:00',
  '2027-02-30T12:00:00Z',
  '2027-01-31T12:00:00+2',
  '2027-01-31T12:00:00+99:99',
  '2027-01-31T23:59:60Z',
  '9999-12-31T23:59:59-01:00',
  'tomorrow',
])('%s is no time', (given) => {
  expect(timestamp.safeParse(given).success).toBe(false);
});
