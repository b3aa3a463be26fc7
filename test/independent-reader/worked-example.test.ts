import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { keyFileMac } from '../../core/crypto/file-key.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { keyFileClaims } from '../../shared/formats/key-file.ts';
import { readEnc } from './read-enc.ts';

const page = readFileSync(new URL('../../docs/file-format.md', import.meta.url), 'utf8');
const shown = (pattern: RegExp) => pattern.exec(page)?.[1] ?? '';
const dek = Buffer.from(shown(/^DEK +(\w+)$/m), 'hex');

test('the .enc of docs/file-format.md opens to what it says', () => {
  const enc = Buffer.from(shown(/```\n(5345414c[0-9a-f\n]+)```/).replaceAll('\n', ''), 'hex');
  const opened = readEnc(enc, dek);
  expect(enc).toHaveLength(252);
  expect(opened.plaintext.toString('hex')).toBe(shown(/^plaintext +(\w+)/m));
});

test('the mac of its .key is the one that it says', () => {
  const claims = JSON.parse(shown(/^(\{"created_at".*\})$/m));
  expect(keyFileMac(Secret.take(Buffer.from(dek)), keyFileClaims(claims))).toBe(shown(/^mac {13}(\S+)$/m));
});
