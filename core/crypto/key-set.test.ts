import { createSecretKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { exportSigningKey, generateSigningKey, importSigningKey } from './key-pairs.ts';
import { jwks, parseKeySet, publishKeySet } from './key-set.ts';
import { Secret } from './secret.ts';

const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
const ec = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });
const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
const rsa2048 = rsa(2048);

/** Of the form that Infineon's generator made, though nobody knows its factors. */
function rocaModulus(): string {
  const primes = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
  ];
  const more = [101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167];
  const product = [...primes, ...more].reduce((all, prime) => all * BigInt(prime), 1n);
  const modulus = product * (2n ** 2047n / product + 1n) + (65_537n ** 1234n % product);
  return Buffer.from(modulus.toString(16), 'hex').toString('base64url');
}

const parseOne = (jwk: JsonWebKey) => parseKeySet({ keys: [jwk] }).get('k');

describe('a key that can be used', () => {
  test.each<[string, JsonWebKey, readonly string[]]>([
    ['Ed25519', ed25519, ['EdDSA', 'Ed25519']],
    ['P-256', ec('P-256'), ['ES256']],
    ['RSA', rsa2048, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['RSA bound to RS256', { ...rsa2048, alg: 'RS256' }, ['RS256']],
    ['one for verifying', { ...ed25519, key_ops: ['verify'], use: 'sig' }, ['EdDSA', 'Ed25519']],
  ])('%s', (_, jwk, algorithms) => {
    expect(parseOne({ ...jwk, kid: 'k' })?.algorithms).toEqual(algorithms);
  });
});

describe('a key that is left out', () => {
  test.each<[string, JsonWebKey]>([
    ['no kid', ed25519],
    ['for encryption', { ...rsa2048, kid: 'k', use: 'enc' }],
    ['for signing only', { ...ed25519, kid: 'k', key_ops: ['sign'] }],
    ['RSA of 1024 bits', { ...rsa(1024), kid: 'k' }],
    ['another curve', { ...ec('P-384'), kid: 'k' }],
    ['Bitcoin’s curve', { ...ec('secp256k1'), kid: 'k' }],
    ['symmetric', { ...createSecretKey(Buffer.alloc(32)).export({ format: 'jwk' }), kid: 'k' }],
    ['alg none', { ...ed25519, kid: 'k', alg: 'none' }],
    ['alg HS256 on a public key', { ...rsa2048, kid: 'k', alg: 'HS256' }],
    ['alg of another kind of key', { ...ed25519, kid: 'k', alg: 'RS256' }],
    ['a point that is none', { ...ec('P-256'), kid: 'k', x: 'AAAA' }],
    ['an exponent that hides nothing', { ...rsa2048, kid: 'k', e: 'AQ' }],
    ['a modulus of the broken generator', { ...rsa2048, kid: 'k', n: rocaModulus() }],
    ['X25519', { ...generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' }), kid: 'k' }],
  ])('%s', (_, jwk) => {
    expect(parseKeySet({ keys: [jwk] }).size).toBe(0);
  });

  test('does not take the others with it, and no more than 100 are read', () => {
    const keys = [null, 'text', { kty: 'RSA' }, { ...ed25519, kid: 'k' }];
    expect([...parseKeySet({ keys }).keys()]).toEqual(['k']);
    expect(jwks.safeParse({ keys: Array.from({ length: 101 }, () => ({})) }).success).toBe(false);
  });
});

describe('our own keys', () => {
  test('are published without their private half, each bound to its typ', async () => {
    const key = await generateSigningKey('EdDSA');
    const set = publishKeySet([{ typ: 'sealkeep-kms+jwt', key }]);
    expect(JSON.stringify(set)).not.toContain('"d"');
    const parsed = parseKeySet(jwks.parse(JSON.parse(JSON.stringify(set)))).get(key.kid);
    expect(parsed).toMatchObject({ typ: 'sealkeep-kms+jwt', algorithms: ['EdDSA'] });
    expect(parsed?.key.type).toBe('public');
  });

  test('a set with a private key in it gives its public half', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    expect(parseOne({ ...privateKey.export({ format: 'jwk' }), kid: 'k' })?.key.type).toBe('public');
  });

  test.each(['EdDSA', 'RS256'] as const)('%s comes back from rest the same', async (algorithm) => {
    const key = await generateSigningKey(algorithm);
    const back = importSigningKey(algorithm, exportSigningKey(key));
    expect(back.kid).toBe(key.kid);
    expect(back.publicJwk).toEqual(key.publicJwk);
  });

  test('a kid is the RFC 7638 thumbprint (RFC 8037, appendix A.3)', () => {
    // The private key of that appendix, as PKCS#8 has it.
    const d = Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url');
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), d]);
    const key = importSigningKey('EdDSA', Secret.take(pkcs8));
    expect(key.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });
});
