import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * HKDF-SHA-256 (RFC 5869) to a 256-bit key.
 * @param salt may be empty.
 * @param info at most 1,024 bytes: Node refuses longer ones.
 */
export function deriveKey(keyMaterial: KeyObject, salt: Uint8Array, info: string | Uint8Array): KeyObject {
  const derived = Buffer.from(hkdfSync('sha256', keyMaterial, salt, info, 32));
  const key = createSecretKey(derived);
  derived.fill(0);
  return key;
}
