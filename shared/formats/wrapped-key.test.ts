import { expect, test } from 'vitest';
import { claimedKekVersion, WRAPPED_KEY_LAYOUT } from './wrapped-key.ts';

test('a wrapped key says what it hangs on', () => {
  const bytes = Buffer.alloc(80, 0xfb);
  const keyId = bytes.toString('base64url', WRAPPED_KEY_LAYOUT.keyId, WRAPPED_KEY_LAYOUT.keyVersion);
  const claim = { keyId, version: 4_000_000_000 };
  bytes.writeUInt32BE(4_000_000_000, WRAPPED_KEY_LAYOUT.keyVersion);
  expect(claimedKekVersion(bytes.toString('base64'))).toEqual(claim);
  expect(claimedKekVersion(bytes.toString('base64').replace(/=+$/, ''))).toEqual(claim);
});

test.each(['', 'AAAA', Buffer.alloc(22).toString('base64'), '***', 'A'])('%j is no wrapped key', (text) => {
  expect(() => claimedKekVersion(text)).toThrow(expect.objectContaining({ code: 'WRAPPED_KEY_INVALID' }));
});
