import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSealkeepError } from '../errors/error.ts';
import { LIMITS } from '../limits.ts';
import { encodePrelude, parsePrelude } from './prelude.ts';

const header = { resource_name: '//sealkeep/a/b', kacls_url: 'https://kms.example' };
const text = (max: number) => fc.string({ minLength: 1, maxLength: max, unit: 'grapheme-composite' });

describe('a prelude', () => {
  test('stands in the file as the specification has it', () => {
    const { bytes } = encodePrelude(header);
    const json =
      '{"resource_name":"//sealkeep/a/b","kacls_url":"https://kms.example","aead":"AES256_GCM_HKDF_1MB"}';
    expect(Buffer.from(bytes)).toEqual(
      Buffer.concat([Buffer.from('SEALKEEP\x01'), Buffer.from([0, 0, 0, json.length]), Buffer.from(json)]),
    );
  });

  test('is read back, whatever follows it', () => {
    fc.assert(
      fc.property(text(60), text(60), fc.uint8Array({ maxLength: 50 }), (resource_name, kacls_url, rest) => {
        const prelude = encodePrelude({ resource_name, kacls_url });
        expect(prelude.bytes.length).toBeLessThanOrEqual(LIMITS.prelude);
        const parsed = parsePrelude(Buffer.concat([prelude.bytes, rest]));
        expect(parsed.header).toEqual(prelude.header);
        expect(Buffer.from(parsed.bytes).equals(prelude.bytes)).toBe(true);
      }),
    );
  });

  test('is a copy of what it was read from', () => {
    const source = Buffer.from(encodePrelude(header).bytes);
    const parsed = parsePrelude(source);
    source.fill(0);
    expect(Buffer.from(parsed.bytes).toString('latin1', 0, 8)).toBe('SEALKEEP');
  });

  test('that would be too long is not made', () => {
    expect(() => encodePrelude({ resource_name: 'r', kacls_url: 'x'.repeat(1000) })).toThrow(
      'FILE_NAME_REFUSED',
    );
  });
});

/** A prelude around any header text, its length as given. */
const around = (json: string, length = Buffer.byteLength(json), version = 1) => {
  const head = Buffer.from('SEALKEEP\0\0\0\0\0', 'latin1');
  head[8] = version;
  head.writeUInt32BE(length, 9);
  return Buffer.concat([head, Buffer.from(json)]);
};
const good = JSON.stringify({ ...header, aead: 'AES256_GCM_HKDF_1MB' });

describe('what is no prelude says why', () => {
  test.each<[string, Uint8Array, string]>([
    ['nothing', Buffer.alloc(0), 'FILE_NOT_SEALED'],
    ['part of the magic', Buffer.from('SEALKEE'), 'FILE_NOT_SEALED'],
    ['another file', Buffer.from('%PDF-1.7 and so on'), 'FILE_NOT_SEALED'],
    ['the magic alone', Buffer.from('SEALKEEP'), 'FILE_DAMAGED'],
    ['version 0', around(good, good.length, 0), 'FILE_DAMAGED'],
    ['version 2', around(good, good.length, 2), 'FILE_TOO_NEW'],
    ['version 2 with nothing after it', Buffer.from('SEALKEEP\x02'), 'FILE_TOO_NEW'],
    ['a cut length', around(good).subarray(0, 12), 'FILE_DAMAGED'],
    ['a cut header', around(good).subarray(0, -1), 'FILE_DAMAGED'],
    ['a header of 1,001 bytes', around(good.padEnd(1001)), 'FILE_DAMAGED'],
    ['a header length of 4 GiB', around(good, 2 ** 32 - 1), 'FILE_DAMAGED'],
    ['no JSON', around('resource_name'), 'FILE_DAMAGED'],
    ['no object', around('[]'), 'FILE_DAMAGED'],
    ['no UTF-8', Buffer.concat([around('', 2), Buffer.from([0xc3, 0x28])]), 'FILE_DAMAGED'],
    ['another cipher', around(JSON.stringify({ ...header, aead: 'AES256_GCM_HKDF_4KB' })), 'FILE_DAMAGED'],
    ['a missing field', around(JSON.stringify({ ...header, kacls_url: undefined })), 'FILE_DAMAGED'],
    ['an empty name', around(good.replace('//sealkeep/a/b', '')), 'FILE_DAMAGED'],
  ])('%s', (_, bytes, code) => {
    expect(() => parsePrelude(bytes)).toThrow(expect.objectContaining({ code }));
  });

  test('any bytes are a prelude or one of these errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), fc.boolean(), (bytes, hasMagic) => {
        try {
          parsePrelude(hasMagic ? Buffer.concat([Buffer.from('SEALKEEP\x01'), bytes]) : bytes);
        } catch (error) {
          expect(isSealkeepError(error)).toBe(true);
        }
      }),
    );
  });
});
