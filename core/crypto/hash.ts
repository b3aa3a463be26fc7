import { createHash, createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto';

export function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const [first = '', ...others] = parts;
  // A hash in one call is half the work.
  if (others.length === 0) return hash('sha256', first, 'buffer');
  const whole = createHash('sha256').update(first);
  for (const part of others) whole.update(part);
  return whole.digest();
}

/** SHA-256 of a text in base64, which is a good name for what must not be kept itself. */
export function sha256Text(text: string): string {
  return hash('sha256', text, 'base64');
}

/** SHA-256 over the names joined by line feeds, in standard base64: what a batch's authorization token is bound to. */
export function resourceNamesSha256(names: readonly string[]): string {
  return sha256Text(names.join('\n'));
}

export function hmacSha256(key: KeyObject, ...parts: (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Compares in time that depends on the lengths only. */
export function isEqualInConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The same for texts, by their digests, so that not even their lengths show. */
export function isSameText(left: string, right: string): boolean {
  return timingSafeEqual(sha256(left), sha256(right));
}

/**
 * `resource_key_hash` of kacls.md §5: base64 of HMAC-SHA-256 under the DEK. An absent perimeter is the empty text.
 */
export function resourceKeyHash(dek: Uint8Array, resourceName: string, perimeterId: string): string {
  return hmacSha256(createSecretKey(dek), `ResourceKeyDigest:${resourceName}:${perimeterId}`).toString(
    'base64',
  );
}
