import { beforeAll, expect, test } from 'vitest';
import { generateRsaOaepPair, type OaepKeyPair } from '../../core/crypto/rsa-oaep.ts';
import { signByIdentity } from '../../core/crypto/signatures.ts';
import { identityStatement } from '../../shared/api/kms/session.ts';
import { knownIdentity } from './known-identity.ts';

let first: OaepKeyPair;
let second: OaepKeyPair;
let third: OaepKeyPair;
beforeAll(async () => {
  [first, second, third] = await Promise.all([
    generateRsaOaepPair(),
    generateRsaOaepPair(),
    generateRsaOaepPair(),
  ]);
}, 120_000);

const link = (by: OaepKeyPair, next: OaepKeyPair, shown = by) => ({
  rsaPublicKeyPem: shown.publicKey.pem,
  signature: signByIdentity(
    by.privateKey,
    Buffer.from(identityStatement(next.publicKey.fingerprint)),
  ).toString('base64'),
});
const init = (current: OaepKeyPair, ...signedBy: ReturnType<typeof link>[]) => ({
  sessionId: 'x',
  rsaPublicKeyPem: current.publicKey.pem,
  signedBy,
});
const fingerprintOf = (...given: Parameters<typeof knownIdentity>) => knownIdentity(...given)?.fingerprint;

test('at first contact any key is taken, later the one that is known', () => {
  expect(fingerprintOf(init(first), undefined)).toBe(first.publicKey.fingerprint);
  expect(fingerprintOf(init(first), first.publicKey.fingerprint)).toBe(first.publicKey.fingerprint);
  expect(fingerprintOf(init(second), first.publicKey.fingerprint)).toBeUndefined();
});

test('a key that leads back to the known one, by one step or more', () => {
  const chain = init(third, link(first, second), link(second, third));
  for (const known of [first, second, third]) {
    expect(fingerprintOf(chain, known.publicKey.fingerprint)).toBe(third.publicKey.fingerprint);
  }
});

test('a chain that does not hold leads nowhere', () => {
  const known = first.publicKey.fingerprint;
  for (const chain of [
    // Signed by itself under the known one's name.
    init(second, link(second, second, first)),
    init(third, link(first, second)),
    init(third, link(first, second), link(first, third, second)),
    init(third, link(second, third), link(first, second)),
    init(third, link(first, second), link(second, second)),
    init(third, link(second, third)),
    init(second, { ...link(first, second), rsaPublicKeyPem: 'no key' }),
  ]) {
    expect(fingerprintOf(chain, known)).toBeUndefined();
  }
});

test('what is no RSA-4096 key is none, also at first contact', () => {
  expect(knownIdentity({ sessionId: 'x', rsaPublicKeyPem: 'no key' }, undefined)).toBeUndefined();
});
