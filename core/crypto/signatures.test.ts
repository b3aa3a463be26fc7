import { beforeAll, expect, test } from 'vitest';
import { generateSigningKey, type SigningKey } from './key-pairs.ts';
import { generateRsaOaepPair, type OaepKeyPair } from './rsa-oaep.ts';
import {
  ed25519PublicKey,
  isSignedByIdentity,
  signByIdentity,
  signEd25519,
  verifyEd25519,
} from './signatures.ts';

let pair: OaepKeyPair;
let own: SigningKey;
beforeAll(async () => {
  [pair, own] = await Promise.all([generateRsaOaepPair(), generateSigningKey('EdDSA')]);
}, 60_000);

const data = Buffer.from('data');

test('Ed25519: what was signed holds, and nothing else', () => {
  const publicKey = ed25519PublicKey(own);
  const signature = signEd25519(own, data);
  expect([publicKey.length, signature.length]).toEqual([32, 64]);
  expect(verifyEd25519(publicKey, data, signature)).toBe(true);
  expect(verifyEd25519(publicKey, Buffer.from('date'), signature)).toBe(false);
  expect(verifyEd25519(publicKey, data, signature.subarray(1))).toBe(false);
  expect(verifyEd25519(publicKey.subarray(1), data, signature)).toBe(false);
  expect(verifyEd25519(Buffer.alloc(32, 0xff), data, signature)).toBe(false);
});

test('an identity key’s word holds for what it was given for', () => {
  const signature = signByIdentity(pair.privateKey, data);
  expect(isSignedByIdentity(pair.publicKey, data, signature)).toBe(true);
  expect(isSignedByIdentity(pair.publicKey, Buffer.from('date'), signature)).toBe(false);
  expect(isSignedByIdentity(pair.publicKey, data, Buffer.alloc(512))).toBe(false);
  expect(isSignedByIdentity(pair.publicKey, data, Buffer.alloc(0))).toBe(false);
});
