import { describe, expect, test } from 'vitest';
import { newTotpSecret, otpAuthUri, totpStepOf } from './totp.ts';

/** RFC 6238, appendix B: the secret "12345678901234567890", the last six of its eight digits. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number) => new Date(seconds * 1000);

describe('the published codes', () => {
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
  ])('at %i s', async (seconds, code) => {
    expect(await totpStepOf(SECRET, code, at(seconds))).toBe(Math.floor(seconds / 30));
  });
});

describe('a code of step 37037036', () => {
  const step = 37037036;
  const code = '081804';
  test.each([
    ['one step early', -1, step],
    ['at its own time', 0, step],
    ['one step late', 1, step],
    ['two steps early', -2, undefined],
    ['two steps late', 2, undefined],
  ])('%s', async (_, steps, expected) => {
    for (const second of [0, 15, 29]) {
      expect(await totpStepOf(SECRET, code, at((step + steps) * 30 + second))).toBe(expected);
    }
  });

  test('is not another code', async () => {
    expect(await totpStepOf(SECRET, '081805', at(step * 30))).toBeUndefined();
  });
});

test.each(['', '12345', '1234567', '12a456', '０８１８０４'])('%j is no code, and no error', async (code) => {
  expect(await totpStepOf(SECRET, code, at(1111111109))).toBeUndefined();
});

test('a new secret has 160 bits and its URI says whose it is', () => {
  const secret = newTotpSecret();
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret()).not.toBe(secret);
  const uri = new URL(otpAuthUri(secret, 'ann@example.com'));
  expect(uri.protocol).toBe('otpauth:');
  expect(decodeURIComponent(uri.pathname)).toContain('ann@example.com');
  expect(uri.searchParams.get('secret')).toBe(secret);
  expect(uri.searchParams.get('issuer')).toBe('Sealkeep');
});
