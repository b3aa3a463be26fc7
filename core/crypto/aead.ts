import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { takeRandomBytes } from './random-bytes.ts';

export const AEAD_NONCE_BYTES = 12;
export const AEAD_TAG_BYTES = 16;
export const AEAD_OVERHEAD = AEAD_NONCE_BYTES + AEAD_TAG_BYTES;

/**
 * AES-256-GCM of a short message: `nonce (12, random) | ciphertext | tag (16)`.
 * A key may seal 2^32 messages at most; every caller derives one per row or per wrap.
 */
export function sealBytes(key: KeyObject, plaintext: Uint8Array, associatedData: Uint8Array): Buffer {
  const nonce = takeRandomBytes(AEAD_NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: AEAD_TAG_BYTES });
  cipher.setAAD(associatedData);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @returns the plaintext, or undefined where key, associated data or bytes are not those that were sealed. */
export function openBytes(
  key: KeyObject,
  sealed: Uint8Array,
  associatedData: Uint8Array,
): Buffer | undefined {
  if (sealed.length < AEAD_OVERHEAD) return undefined;
  const end = sealed.length - AEAD_TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, AEAD_NONCE_BYTES), {
    authTagLength: AEAD_TAG_BYTES,
  });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(AEAD_NONCE_BYTES, end));
  try {
    decipher.final();
    return plaintext;
  } catch {
    // `final` has one way to fail, and a failed decryption says only that it failed.
    plaintext.fill(0);
    return undefined;
  }
}
