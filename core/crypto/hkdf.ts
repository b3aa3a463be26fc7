import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Secret } from './secret.ts';

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

/** HKDF's input key material from several secrets, one after the other: without each of them there is no key. */
export function keyMaterialOf(...secrets: readonly Secret[]): KeyObject {
  const joined = Buffer.alloc(secrets.reduce((sum, secret) => sum + secret.length, 0));
  let at = 0;
  for (const secret of secrets) at += secret.use((bytes) => bytes.copy(joined, at));
  const key = createSecretKey(joined);
  joined.fill(0);
  return key;
}
