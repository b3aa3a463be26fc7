import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RESOURCE_KEY_HASHES } from '../../test/vectors/resource-key-hash.ts';
import {
  hmacSha256,
  isEqualInConstantTime,
  isSameText,
  resourceKeyHash,
  resourceNamesSha256,
  sha256,
} from './hash.ts';

describe('resource_key_hash', () => {
  test.each(RESOURCE_KEY_HASHES)('vector %#', (dek, name, perimeter, expected) => {
    expect(resourceKeyHash(dek, name, perimeter)).toBe(expected);
  });
});

test('sha256 and its base64 over names', () => {
  expect(sha256('abc').toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(resourceNamesSha256(['a', 'b'])).toBe(sha256('a\nb').toString('base64'));
  expect(resourceNamesSha256(['a', 'b'])).not.toBe(resourceNamesSha256(['b', 'a']));
});

test('HMAC-SHA-256 takes its message in parts (RFC 4231, test case 2)', () => {
  const key = createSecretKey(Buffer.from('Jefe'));
  expect(hmacSha256(key, 'what do ya want ', Buffer.from('for nothing?')).toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('comparisons', () => {
  expect(isEqualInConstantTime(Buffer.from('a'), Buffer.from('a'))).toBe(true);
  expect(isEqualInConstantTime(Buffer.from('a'), Buffer.from('b'))).toBe(false);
  expect(isEqualInConstantTime(Buffer.from('a'), Buffer.from('aa'))).toBe(false);
  expect([isSameText('one', 'one'), isSameText('one', 'two'), isSameText('', 'x')]).toEqual([
    true,
    false,
    false,
  ]);
});
