import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { deriveKey } from './hkdf.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

/** RFC 5869, appendix A; our keys are the first 32 bytes of its outputs. */
test.each([
  [
    'test case 1',
    '0b'.repeat(22),
    '000102030405060708090a0b0c',
    'f0f1f2f3f4f5f6f7f8f9',
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf',
  ],
  [
    'test case 3',
    '0b'.repeat(22),
    '',
    '',
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d',
  ],
])('%s', (_, material, salt, info, key) => {
  expect(
    deriveKey(createSecretKey(hex(material)), hex(salt), hex(info))
      .export()
      .toString('hex'),
  ).toBe(key);
});
