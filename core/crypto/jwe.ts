import type { KeyObject } from 'node:crypto';
import { AEAD_NONCE_BYTES, AEAD_TAG_BYTES, openBytes, sealBytes } from './aead.ts';

/** Members of a JWE's protected header beside `alg` and `enc`. They are authenticated, and readable by everyone. */
export type JweHeader = Readonly<Record<string, string | number>>;

export interface OpenedJwe {
  /** `alg` and `enc` among its members, which are those that there are. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly plaintext: Buffer;
}

const ALGORITHM = { alg: 'dir', enc: 'A256GCM' } as const;
const BASE64URL = /^[\w-]+$/;

/**
 * A compact JWE (RFC 7516 §7.1) with the key used directly and AES-256-GCM (RFC 7518 §4.5, §5.3). Own code over our
 * AEAD: the library spells base64url in JavaScript, and a batch's reply would hold the event loop for tens of
 * milliseconds (docs/decisions/0024-secure-session.md).
 */
export function sealJwe(key: KeyObject, header: JweHeader, plaintext: Uint8Array): string {
  const protectedHeader = Buffer.from(JSON.stringify({ ...header, ...ALGORITHM })).toString('base64url');
  const sealed = sealBytes(key, plaintext, Buffer.from(protectedHeader, 'ascii'));
  const [nonce, ciphertext, tag] = partsOf(sealed).map((part) => part.toString('base64url'));
  return `${protectedHeader}..${nonce}.${ciphertext}.${tag}`;
}

/**
 * Opens what `sealJwe` made, under its key and no other algorithm.
 * @returns undefined where anything of it does not hold; what it was is nobody's business.
 */
export function openJwe(key: KeyObject, text: string): OpenedJwe | undefined {
  const parts = text.split('.', 6);
  const [protectedHeader = '', encryptedKey, nonce = '', ciphertext = '', tag = ''] = parts;
  if (parts.length !== 5 || encryptedKey !== '') return undefined;
  if (![protectedHeader, nonce, tag].every((part) => BASE64URL.test(part))) return undefined;
  if (ciphertext !== '' && !BASE64URL.test(ciphertext)) return undefined;
  const bytes = [nonce, ciphertext, tag].map((part) => Buffer.from(part, 'base64url'));
  if (bytes[0]?.length !== AEAD_NONCE_BYTES || bytes[2]?.length !== AEAD_TAG_BYTES) return undefined;
  const header = headerOf(protectedHeader);
  if (header?.['alg'] !== ALGORITHM.alg || header['enc'] !== ALGORITHM.enc) return undefined;
  // `crit` names what has to be understood, and `zip` would have to be undone: nobody of ours writes either.
  if ('crit' in header || 'zip' in header) return undefined;
  const plaintext = openBytes(key, Buffer.concat(bytes), Buffer.from(protectedHeader, 'ascii'));
  return plaintext && { header, plaintext };
}

function partsOf(sealed: Buffer): Buffer[] {
  const end = sealed.length - AEAD_TAG_BYTES;
  return [sealed.subarray(0, AEAD_NONCE_BYTES), sealed.subarray(AEAD_NONCE_BYTES, end), sealed.subarray(end)];
}

function headerOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // What is no JSON is no header.
    return undefined;
  }
}
