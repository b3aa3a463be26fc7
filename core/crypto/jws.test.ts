import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import { describe, expect, test } from 'vitest';
import { readJws, verifyJws } from './jws.ts';
import { parseKeySet } from './key-set.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const PAIRS: Readonly<Record<string, KeyObject>> = {
  ...Object.fromEntries(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => [alg, rsa])),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
};
const PAYLOAD = Buffer.from('{"sub":"ann"}');

const sign = (alg: string, key: KeyObject, header: object = {}) =>
  new CompactSign(PAYLOAD).setProtectedHeader({ alg, ...header }).sign(key);

function verifying(key: KeyObject) {
  const jwk = { ...createPublicKey(key).export({ format: 'jwk' }), kid: 'one' };
  const found = parseKeySet({ keys: [jwk] }).get('one');
  if (!found) throw new Error('the key is not usable');
  return found;
}

describe('a signature that the library wrote', () => {
  test.each(Object.entries(PAIRS))('%s holds, over these bytes only', async (alg, pair) => {
    const text = await sign(alg, pair);
    expect(verifyJws(text, verifying(pair))).toMatchObject({ header: { alg }, payload: PAYLOAD });
    const [head, , tail] = text.split('.');
    const other = Buffer.from('{"sub":"bob"}').toString('base64url');
    expect(verifyJws(`${head}.${other}.${tail}`, verifying(pair))).toBeUndefined();
    expect(verifyJws(`${head}..${tail}`, verifying(pair))).toBeUndefined();
    expect(verifyJws(text.slice(0, text.lastIndexOf('.') + 1), verifying(pair))).toBeUndefined();
  });

  test('holds only by an algorithm that the key is for', async () => {
    const text = await sign('RS256', rsa);
    expect(verifyJws(text, { ...verifying(rsa), algorithms: ['PS256'] })).toBeUndefined();
  });

  test('holds under a header that has nothing critical', async () => {
    const pair = PAIRS['EdDSA'] ?? rsa;
    const text = await sign('EdDSA', pair, { crit: ['b64'], b64: true });
    expect(verifyJws(text, verifying(pair))).toBeUndefined();
  });
});

const HEAD = Buffer.from('{"alg":"EdDSA"}').toString('base64url');

test.each([
  `${HEAD}.AA`,
  `${HEAD}.AA.AA.AA`,
  // Bits left over, padding, white space, the other alphabet, and a length that there is not.
  ...['AB', 'AA==', 'A A', ' AA', '+/', 'A'].flatMap((part) => [`${HEAD}.${part}.AA`, `${HEAD}.AA.${part}`]),
  ...['[]', 'null', '"EdDSA"', '{'].map((head) => `${Buffer.from(head).toString('base64url')}.AA.AA`),
])('%s is no JWS', (text) => {
  expect(readJws(text)).toBeUndefined();
});
