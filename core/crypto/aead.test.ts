import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AEAD_OVERHEAD, openBytes, sealBytes } from './aead.ts';

const key = createSecretKey(randomBytes(32));
const bytes = fc.uint8Array({ maxLength: 200 });

test('what was sealed opens again, and is longer by nonce and tag', () => {
  fc.assert(
    fc.property(bytes, bytes, (plaintext, associatedData) => {
      const sealed = sealBytes(key, plaintext, associatedData);
      expect(sealed.length).toBe(plaintext.length + AEAD_OVERHEAD);
      expect(openBytes(key, sealed, associatedData)).toEqual(Buffer.from(plaintext));
    }),
  );
});

test('each byte changed once, each shorter length, other data and another key do not open', () => {
  const data = Buffer.from('data');
  const sealed = sealBytes(key, Buffer.from('a secret'), data);
  for (let position = 0; position < sealed.length; position += 1) {
    const changed = Buffer.from(sealed);
    changed[position] = (changed[position] ?? 0) ^ 1;
    expect(openBytes(key, changed, data)).toBeUndefined();
    expect(openBytes(key, sealed.subarray(0, position), data)).toBeUndefined();
  }
  expect(openBytes(key, sealed, Buffer.from('datb'))).toBeUndefined();
  expect(openBytes(createSecretKey(randomBytes(32)), sealed, data)).toBeUndefined();
});

test('a published message opens (GCM specification, test case 16)', () => {
  const published = createSecretKey(
    Buffer.from('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308', 'hex'),
  );
  const sealed = Buffer.from(
    'cafebabefacedbaddecaf888' +
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
      '76fc6ece0f4e1768cddf8853bb2d551b',
    'hex',
  );
  const data = Buffer.from('feedfacedeadbeeffeedfacedeadbeefabaddad2', 'hex');
  expect(openBytes(published, sealed, data)?.toString('hex')).toBe(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  );
});
