import { describe, expect, test } from 'vitest';
import { canonicalClaims, formatKeyFile, type KeyFile, keyFileClaims, parseKeyFile } from './key-file.ts';

const file: KeyFile = {
  format: 'sealkeep-key',
  version: 1,
  resource_name: '//sealkeep/a/b',
  kacls_url: 'https://kms.example',
  wrapped_key: 'AAAA',
  name: 'Bericht "Ä".txt',
  size: 5,
  created_at: '2026-11-22T00:00:00.000Z',
  mac: Buffer.alloc(32).toString('base64'),
};

test('a .key file is read back, and is text for people', () => {
  const text = formatKeyFile(file);
  expect(parseKeyFile(text)).toEqual(file);
  expect(text.split('\n')).toHaveLength(12);
  expect(text.endsWith('}\n')).toBe(true);
});

test('what is authenticated stays the same through rotation', () => {
  const claims = keyFileClaims(file);
  expect(canonicalClaims(claims)).toBe(
    '{"created_at":"2026-11-22T00:00:00.000Z","format":"sealkeep-key","name":"Bericht \\"Ä\\".txt","resource_name":"//sealkeep/a/b","size":5,"version":1}',
  );
});

describe('what is no .key file', () => {
  test.each<[string, string, string]>([
    ['no text', '', 'KEY_FILE_INVALID'],
    ['no JSON', 'SEALKEEP', 'KEY_FILE_INVALID'],
    ['another JSON', '{"a":1}', 'KEY_FILE_INVALID'],
    ['null', 'null', 'KEY_FILE_INVALID'],
    ['a later version', JSON.stringify({ format: 'sealkeep-key', version: 2 }), 'KEY_FILE_TOO_NEW'],
    ['a later version of something else', JSON.stringify({ format: 'x', version: 2 }), 'KEY_FILE_INVALID'],
  ])('%s', (_, text, code) => {
    expect(() => parseKeyFile(text)).toThrow(expect.objectContaining({ code }));
  });

  test.each<[keyof KeyFile, unknown]>([
    ['format', 'other'],
    ['version', 0],
    ['resource_name', ''],
    ['resource_name', 'x'.repeat(129)],
    ['kacls_url', 7],
    ['wrapped_key', 'x'.repeat(1025)],
    ['name', ''],
    ['size', -1],
    ['size', 1.5],
    ['size', '5'],
    ['created_at', 'yesterday'],
    ['mac', 'AAAA'],
    ['mac', undefined],
  ])('with %s %j', (field, value) => {
    const text = JSON.stringify({ ...file, [field]: value });
    expect(() => parseKeyFile(text)).toThrow(expect.objectContaining({ code: 'KEY_FILE_INVALID' }));
  });
});
