import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { expect, test } from 'vitest';
import { openJwe, sealJwe } from './jwe.ts';

const key = createSecretKey(randomBytes(32));
const bytes = Buffer.from('what was said');

test('any header and any bytes come back as they went, for the library too', async () => {
  const values = fc.oneof(fc.string(), fc.integer());
  const names = fc.string().filter((name) => !['alg', 'enc', 'crit', 'zip', '__proto__'].includes(name));
  const cases: { header: Record<string, string | number>; plaintext: Uint8Array }[] = [];
  fc.assert(
    fc.property(
      fc.dictionary(names, values, { noNullPrototype: true }),
      fc.uint8Array({ maxLength: 300 }),
      (header, plaintext) => {
        const opened = openJwe(key, sealJwe(key, header, plaintext));
        expect(opened?.header).toEqual({ ...header, alg: 'dir', enc: 'A256GCM' });
        expect(opened?.plaintext.equals(plaintext)).toBe(true);
        cases.push({ header, plaintext });
      },
    ),
    { numRuns: 50 },
  );
  for (const { header, plaintext } of cases.slice(0, 20)) {
    const opened = await compactDecrypt(sealJwe(key, header, plaintext), key);
    expect(Buffer.from(opened.plaintext).equals(plaintext)).toBe(true);
  }
});

test('what the library seals opens', async () => {
  const jwe = await new CompactEncrypt(bytes)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', seq: 7 })
    .encrypt(key);
  expect(openJwe(key, jwe)).toEqual({ header: { alg: 'dir', enc: 'A256GCM', seq: 7 }, plaintext: bytes });
});

test('a message in which one character is another does not open', () => {
  const jwe = sealJwe(key, { sid: 'a', seq: 1 }, bytes);
  const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ '];
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: jwe.length - 1 }),
      fc.constantFrom(...alphabet),
      (at, character) => {
        if (jwe[at] === character) return;
        const opened = openJwe(key, jwe.slice(0, at) + character + jwe.slice(at + 1));
        // The unused bits of a part's last character say nothing.
        if (opened) expect(opened).toEqual(openJwe(key, jwe));
        else expect(opened).toBeUndefined();
      },
    ),
    { numRuns: 500 },
  );
});

test.each<[string, (parts: string[]) => string]>([
  ['nothing', () => ''],
  ['one part too few', (parts) => parts.slice(0, 4).join('.')],
  ['one too many', (parts) => [...parts, ''].join('.')],
  ['an encrypted key', ([header, , ...rest]) => [header, 'AAAA', ...rest].join('.')],
  ['no tag', (parts) => [...parts.slice(0, 4), ''].join('.')],
  ['a short tag', (parts) => [...parts.slice(0, 4), parts[4]?.slice(0, 16)].join('.')],
  ['no header', ([, ...rest]) => ['', ...rest].join('.')],
  ['a header that is no object', ([, ...rest]) => ['WzFd', ...rest].join('.')],
])('%s is no message', (_, change) => {
  expect(openJwe(key, change(sealJwe(key, {}, bytes).split('.')))).toBeUndefined();
});

test.each([
  { alg: 'A256KW', enc: 'A256GCM' },
  { alg: 'dir', enc: 'A128GCM' },
  { alg: 'none', enc: 'A256GCM' },
  { alg: 'dir', enc: 'A256GCM', zip: 'DEF' },
  { alg: 'dir', enc: 'A256GCM', crit: ['exp'], exp: 1 },
])('a header of %j is refused before anything is opened', (header) => {
  const [, ...rest] = sealJwe(key, {}, bytes).split('.');
  const changed = Buffer.from(JSON.stringify(header)).toString('base64url');
  expect(openJwe(key, [changed, ...rest].join('.'))).toBeUndefined();
});

test('another key opens nothing', () => {
  expect(openJwe(createSecretKey(randomBytes(32)), sealJwe(key, {}, bytes))).toBeUndefined();
});
