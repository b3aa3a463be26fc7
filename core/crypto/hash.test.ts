import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  hmacSha256,
  isEqualInConstantTime,
  isSameText,
  resourceKeyHash,
  resourceNamesSha256,
  sha256,
} from './hash.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

/** kacls.md §12. The last two are one value by construction: names with colons are not told apart. */
describe('resource_key_hash', () => {
  test.each([
    [hex('f00d'), 'my_resource', 'my_perimeter', 'EfRLb/AKdtsPSfX+vZ/Pi8h6bmKhBTu4egOABRnEdCg='],
    [
      hex('6a68079290123ed8f23c845cc8bda91cd961c0246b79446662919e336920cbef'),
      '//googleapis.com/testcase/hJB0PzRI7nl79LC18qaV8WMDCBALBSs9BREcq79MfVw',
      '',
      'TZqv6wbNDoEtDzwQ8YVzpa7kyGMAoQT62bJY8Lcb2BM=',
    ],
    [
      hex('05b62b91cb66f19e27789fb69eb680fac113a70a120178d6cfa6b1b4cb11bb95'),
      '//googleapis.com/testcase/od8yfZiS5ZF2RN27X4ClalsV6LobL2FwKRk4qOJxWdE',
      'perimeter1',
      'G2IxoXG8EO+Z3TsI8HQmIIEaWRkVcChNMrZ0xTHMLaU=',
    ],
    [Buffer.from('data-encryption-key'), 'resource-name', '', 'BzUyXkZ0424Ve8NtOB1CWgg5hVx60OAPf9SNbVPdtUo='],
    [
      Buffer.from(Array.from({ length: 32 }, (_, index) => index)),
      '//example.com/dossier/été-日本',
      'périmètre',
      'oztqorZWcgruXl5W8c+EhPOS/wwu2z6PweCE5+psPpg=',
    ],
    [
      hex('1a206d8a8ccebfe08e22b10fc4f5181fd8052b0d6d63d901cc7696fe04a2eeef592c'),
      '//googleapis.com/drive/files/test-file-id',
      '',
      '8uzZKBWt48ayKHjSHPHhhB1eu5J3gKoRTZ/wKpF8dJo=',
    ],
    [Buffer.alloc(100, 0xab), 'r', 'a:b', 'gm8wGekhx+ecuOIDzWPH6ukOGJM2mcz2asskTkSlj1Y='],
    [Buffer.alloc(100, 0xab), 'r:a', 'b', 'gm8wGekhx+ecuOIDzWPH6ukOGJM2mcz2asskTkSlj1Y='],
  ])('vector %#', (dek, name, perimeter, expected) => {
    expect(resourceKeyHash(dek, name, perimeter)).toBe(expected);
  });
});

test('sha256 and its base64 over names', () => {
  expect(sha256('abc').toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(resourceNamesSha256(['a', 'b'])).toBe(sha256('a\nb').toString('base64'));
  expect(resourceNamesSha256(['a', 'b'])).not.toBe(resourceNamesSha256(['b', 'a']));
});

test('HMAC-SHA-256 takes its message in parts (RFC 4231, test case 2)', () => {
  const key = createSecretKey(Buffer.from('Jefe'));
  expect(hmacSha256(key, 'what do ya want ', Buffer.from('for nothing?')).toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('comparisons', () => {
  expect(isEqualInConstantTime(Buffer.from('a'), Buffer.from('a'))).toBe(true);
  expect(isEqualInConstantTime(Buffer.from('a'), Buffer.from('b'))).toBe(false);
  expect(isEqualInConstantTime(Buffer.from('a'), Buffer.from('aa'))).toBe(false);
  expect([isSameText('one', 'one'), isSameText('one', 'two'), isSameText('', 'x')]).toEqual([
    true,
    false,
    false,
  ]);
});
