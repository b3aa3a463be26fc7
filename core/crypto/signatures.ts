import { constants, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { SigningKey } from './key-pairs.ts';
import type { OaepPublicKey } from './rsa-oaep.ts';

const ED25519_BYTES = 32;
/** RFC 8017 §8.1 with SHA-256 for hash and MGF1, and a salt as long as the hash. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const;

/** Ed25519 (RFC 8032) over the bytes as they are. @returns 64 bytes. */
export function signEd25519({ privateKey }: SigningKey, data: Uint8Array): Buffer {
  return sign(null, data, privateKey);
}

/** The 32 bytes of an Ed25519 pair's public half. */
export function ed25519PublicKey({ publicJwk }: SigningKey): Buffer {
  return Buffer.from(publicJwk.x ?? '', 'base64url');
}

/** @param publicKey 32 bytes. False also where that is no key, or the signature has another length. */
export function verifyEd25519(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== ED25519_BYTES) return false;
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, data, key, signature);
}

/** RSA-PSS by an identity key: its word for the one that follows it. */
export function signByIdentity(privateKey: KeyObject, data: Uint8Array): Buffer {
  return sign('sha256', data, { key: privateKey, ...PSS });
}

export function isSignedByIdentity({ key }: OaepPublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  return verify('sha256', data, { key, ...PSS }, signature);
}
