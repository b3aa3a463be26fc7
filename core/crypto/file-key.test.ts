import { describe, expect, test } from 'vitest';
import { keyFileClaims } from '../../shared/formats/key-file.ts';
import { DEK_BYTES, isKeyFileMac, keyFileMac, newDek } from './file-key.ts';
import { Secret } from './secret.ts';

const claims = keyFileClaims({
  resource_name: '//sealkeep/a/b',
  name: 'report.txt',
  size: 5,
  created_at: '2026-11-22T00:00:00.000Z',
});

test('a DEK is 256 random bits', () => {
  expect([newDek().length, DEK_BYTES]).toEqual([32, 32]);
});

describe('the mac of a .key file', () => {
  const dek = Secret.take(Buffer.alloc(32, 7));
  const mac = keyFileMac(dek, claims);

  test('is the same for the same claims, in whatever order they come', () => {
    const { format, version, ...rest } = claims;
    expect(keyFileMac(dek, { ...rest, version, format })).toBe(mac);
    expect(isKeyFileMac(dek, claims, mac)).toBe(true);
  });

  test.each([
    ['resource_name', { ...claims, resource_name: '//sealkeep/a/c' }],
    ['name', { ...claims, name: 'other.txt' }],
    ['size', { ...claims, size: 6 }],
    ['created_at', { ...claims, created_at: '2026-11-22T00:00:00.001Z' }],
  ])('does not fit another %s', (_, other) => {
    expect(isKeyFileMac(dek, other, mac)).toBe(false);
  });

  test.each(['', 'AAAA', Buffer.alloc(32).toString('base64')])('is not %j', (other) => {
    expect(isKeyFileMac(dek, claims, other)).toBe(false);
  });

  test('does not fit another DEK', () => {
    expect(isKeyFileMac(newDek(), claims, mac)).toBe(false);
  });
});
