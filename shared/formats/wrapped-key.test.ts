import { expect, test } from 'vitest';
import { WRAPPED_KEY_LAYOUT, wrappedKeyVersion } from './wrapped-key.ts';

test('a wrapped key says its key version', () => {
  const bytes = Buffer.alloc(80);
  bytes.writeUInt32BE(4_000_000_000, WRAPPED_KEY_LAYOUT.keyVersion);
  expect(wrappedKeyVersion(bytes.toString('base64'))).toBe(4_000_000_000);
  expect(wrappedKeyVersion(bytes.toString('base64').replace(/=+$/, ''))).toBe(4_000_000_000);
});

test.each(['', 'AAAA', Buffer.alloc(22).toString('base64'), '***', 'A'])('%j is no wrapped key', (text) => {
  expect(() => wrappedKeyVersion(text)).toThrow(expect.objectContaining({ code: 'WRAPPED_KEY_INVALID' }));
});
