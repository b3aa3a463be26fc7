import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  exportOaepPair,
  generateRsaOaepPair,
  importOaepPair,
  OAEP_MAX_BYTES,
  type OaepKeyPair,
  openOaep,
  readOaepPublicKey,
  sealOaep,
} from './rsa-oaep.ts';
import { Secret } from './secret.ts';

let pair: OaepKeyPair;

beforeAll(async () => {
  pair = await generateRsaOaepPair();
}, 60_000);

const hexOf = (secret: Secret | undefined) => secret?.use((bytes) => bytes.toString('hex'));
const secretOf = (hex: string) => Secret.take(Buffer.from(hex, 'hex'));

describe('a sealed secret', () => {
  test.each([0, 1, 32, OAEP_MAX_BYTES])('of %i bytes opens with the private key', (length) => {
    const secret = Secret.random(length);
    const sealed = sealOaep(pair.publicKey, secret);
    expect(sealed).toHaveLength(512);
    expect(hexOf(openOaep(pair.privateKey, sealed))).toBe(hexOf(secret));
  });

  test('opens under its label only', () => {
    const label = Buffer.from('one');
    const sealed = sealOaep(pair.publicKey, secretOf('abcd'), label);
    expect(hexOf(openOaep(pair.privateKey, sealed, label))).toBe('abcd');
    expect(openOaep(pair.privateKey, sealed, Buffer.from('two'))).toBeUndefined();
    expect(openOaep(pair.privateKey, sealed)).toBeUndefined();
  });

  test('does not open changed, cut, longer or as nothing', () => {
    const sealed = sealOaep(pair.publicKey, secretOf('abcd'));
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(511) ^ 1, 511);
    const zero = Buffer.alloc(512);
    const largest = Buffer.alloc(512, 0xff);
    for (const bad of [
      changed,
      zero,
      largest,
      sealed.subarray(1),
      Buffer.concat([sealed, zero]),
      Buffer.alloc(0),
    ]) {
      expect(openOaep(pair.privateKey, bad)).toBeUndefined();
    }
  });

  test('is not longer than the modulus allows', () => {
    expect(() => sealOaep(pair.publicKey, Secret.random(OAEP_MAX_BYTES + 1))).toThrow();
  });
});

test('a pair comes back from rest the same', () => {
  const back = importOaepPair(exportOaepPair(pair));
  expect(back.publicKey).toMatchObject({
    pem: pair.publicKey.pem,
    fingerprint: pair.publicKey.fingerprint,
  });
  expect(hexOf(openOaep(back.privateKey, sealOaep(pair.publicKey, secretOf('ab'))))).toBe('ab');
});

test('its public key travels as PEM', () => {
  const read = readOaepPublicKey(pair.publicKey.pem);
  expect(read?.fingerprint).toBe(pair.publicKey.fingerprint);
  expect(pair.publicKey.fingerprint).toMatch(/^[\w-]{43}$/);
  if (!read) throw new Error('not read');
  expect(hexOf(openOaep(pair.privateKey, sealOaep(read, secretOf('ab'))))).toBe('ab');
});

const pemOf = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ type: 'spki', format: 'pem' }).toString();

test.each<[string, () => string]>([
  ['a shorter key', () => pemOf(2048)],
  [
    'another kind of key',
    () => generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ],
  ['a private key', () => pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ['nothing', () => ''],
  ['no key', () => '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
])('%s is no public key to seal for', (_name, pem) => {
  expect(readOaepPublicKey(pem())).toBeUndefined();
});
