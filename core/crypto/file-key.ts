import { createSecretKey } from 'node:crypto';
import { canonicalClaims, type KeyFileClaims } from '../../shared/formats/key-file.ts';
import { hmacSha256, isEqualInConstantTime } from './hash.ts';
import { deriveKey } from './hkdf.ts';
import { Secret } from './secret.ts';

export const DEK_BYTES = 32;
const MAC_INFO = 'sealkeep key file v1';

/** A fresh data encryption key. */
export function newDek(): Secret {
  return Secret.random(DEK_BYTES);
}

/** The `mac` of a `.key` file: HMAC-SHA-256 under HKDF-SHA-256(DEK), base64. */
export function keyFileMac(dek: Secret, claims: KeyFileClaims): string {
  const key = dek.use((bytes) => deriveKey(createSecretKey(bytes), Buffer.alloc(0), MAC_INFO));
  return hmacSha256(key, canonicalClaims(claims)).toString('base64');
}

export function isKeyFileMac(dek: Secret, claims: KeyFileClaims, mac: string): boolean {
  return isEqualInConstantTime(Buffer.from(keyFileMac(dek, claims), 'base64'), Buffer.from(mac, 'base64'));
}
