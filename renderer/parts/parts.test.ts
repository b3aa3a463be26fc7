import { describe, expect, test } from 'vitest';
import { untilTime } from '../panels/until.ts';
import { codeDigits } from './code-digits.ts';
import { arrangeFiles, nextOrder } from './file-order.ts';
import { recoveryCodeFrom } from './recovery-code.ts';
import { passwordStrength } from './strength.ts';

test.each([
  ['123456', '123456'],
  ['123 456', '123456'],
  ['１２３４５６', '123456'],
  ['1234567', '123456'],
  ['your code: 123', '123'],
  ['', ''],
])('the digits in %j', (text, digits) => {
  expect(codeDigits(text)).toBe(digits);
});

test.each([
  ['vo25-mhxf-e2u4-42ei', 'vo25-mhxf-e2u4-42ei'],
  [' VO25 MHXF E2U4 42EI ', 'vo25-mhxf-e2u4-42ei'],
  ['vo25mhxfe2u442ei', 'vo25-mhxf-e2u4-42ei'],
  ['vo25-mhxf-e2u4', null],
  ['vo25-mhxf-e2u4-42e1', null],
])('the recovery code in %j', (text, code) => {
  expect(recoveryCodeFrom(text)).toBe(code);
});

describe('the strength of a password', () => {
  test.each([
    ['', '', 0, 'start'],
    ['short', '', 0, 'more'],
    ['password123', '', 1, 'common'],
    ['aaaaaaaaaaaa', '', 1, 'repeat'],
    ['abcdefghijkl', '', 1, 'row'],
    ['anastasia2024', 'anastasia', 1, 'name'],
    ['four wandering teal lamps', '', 4, 'fine'],
    ['x7!Kq2#vBn9$', '', 3, 'longer'],
    ['正確的馬電池訂書針很好記', '', 4, 'fine'],
  ] as const)('%j of %j: %d, %s', (password, name, score, reason) => {
    expect(passwordStrength(password, name)).toMatchObject({ score, reason });
  });

  test('says how many characters are missing, as the KMS counts them', () => {
    expect(passwordStrength('🌊🌊🌊', '').missing).toBe(7);
  });

  test('no word more makes it weaker', () => {
    const scores = ['lamp', 'teal', 'wander', 'orbit', 'cactus'].map(
      (_, index, words) => passwordStrength(words.slice(0, index + 1).join(' '), '').score,
    );
    expect(scores).toEqual([...scores].sort());
  });
});

describe('the order of files', () => {
  const file = (name: string, size: number, changed: number) => ({
    name,
    size,
    resource_name: '//sealkeep/1/AAAAAAAAAAAAAAAAAAAAAA' as never,
    owner: 'ana',
    role: 'owner' as const,
    shared_with: [],
    key_version: 1,
    changed_at: new Date(changed).toISOString(),
  });
  const files = [file('report 10', 1, 3), file('Report 9', 5, 1), file('été.txt', 3, 2)];
  const names = (order: Parameters<typeof arrangeFiles>[1], text = '') =>
    arrangeFiles(files, order, text, 'en').map((one) => one.name);

  test('numbers in names count as numbers', () => {
    expect(names({ column: 'name', isDescending: false })).toEqual(['été.txt', 'Report 9', 'report 10']);
  });
  test('a second click turns it round', () => {
    const order = nextOrder({ column: 'name', isDescending: false }, 'size');
    expect(names(order)).toEqual(['Report 9', 'été.txt', 'report 10']);
    expect(names(nextOrder(order, 'size'))).toEqual(['report 10', 'été.txt', 'Report 9']);
  });
  test('the filter does not mind case or how an accent is typed', () => {
    expect(names({ column: 'changed', isDescending: true }, 'REPORT')).toEqual(['report 10', 'Report 9']);
    expect(names({ column: 'changed', isDescending: true }, 'e\u0301te\u0301')).toEqual(['été.txt']);
  });
});

test('until when', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(untilTime('none', '', now)).toBeNull();
  expect(untilTime('day', '', now)).toBe('2026-03-02T12:00:00.000Z');
  expect(untilTime('date', '', now)).toBeUndefined();
  expect(untilTime('date', '2020-01-01', now)).toBeUndefined();
  expect(untilTime('date', '2026-05-01', now)).toMatch(/^2026-0[45]/);
});
