import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64Text, base64urlText } from './base64.ts';

describe('standard base64', () => {
  test('of any bytes is taken by its length, with padding and without', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        for (const form of [text, text.replace(/=+$/, '')]) {
          expect(base64Text(bytes.length, bytes.length).safeParse(form).success).toBe(true);
          expect(base64Text(bytes.length + 1, 100).safeParse(form).success).toBe(false);
          if (bytes.length > 0) expect(base64Text(0, bytes.length - 1).safeParse(form).success).toBe(false);
        }
      }),
    );
  });

  test.each(['A', 'AAAAA', 'AA=', 'AAA==', 'AAAA=', 'AA-_', 'AA AA', 'AAAA\n', '====', 'A===', 'ÄAAA'])(
    '%j is none',
    (text) => {
      expect(base64Text(0, 100).safeParse(text).success).toBe(false);
    },
  );
});

test('base64url has one length and no padding', () => {
  const sixteen = base64urlText(16);
  expect(sixteen.safeParse(Buffer.alloc(16, 0xfb).toString('base64url')).success).toBe(true);
  for (const text of ['', 'A'.repeat(21), 'A'.repeat(23), `${'A'.repeat(20)}==`, `${'A'.repeat(21)}+`])
    expect(sixteen.safeParse(text).success).toBe(false);
});
