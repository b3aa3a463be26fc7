import { constants, type KeyObject, verify } from 'node:crypto';
import type { VerifyingKey } from './key-set.ts';

/** Members of a JWS's protected header: claims of whoever wrote it, until its signature held. */
type JwsHeader = Readonly<Record<string, unknown>>;

export interface VerifiedJws {
  readonly header: JwsHeader;
  readonly payload: Buffer;
}

/** A compact JWS taken apart. Nothing of it is vouched for. */
export interface ReadJws extends VerifiedJws {
  readonly signature: Buffer;
  /** What was signed. */
  readonly signed: Buffer;
}

const BASE64URL = /^[\w-]*$/;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };

/** RFC 7518 §3 and RFC 8037 §3.1: hash, and how the signature is read. */
const SIGNATURES: Readonly<Record<string, { readonly hash: string | null; readonly how?: object }>> = {
  RS256: { hash: 'sha256', how: PKCS1 },
  RS384: { hash: 'sha384', how: PKCS1 },
  RS512: { hash: 'sha512', how: PKCS1 },
  PS256: { hash: 'sha256', how: PSS },
  PS384: { hash: 'sha384', how: PSS },
  PS512: { hash: 'sha512', how: PSS },
  ES256: { hash: 'sha256', how: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { hash: null },
  Ed25519: { hash: null },
};

/**
 * Takes a compact JWS apart (RFC 7515 §3.1).
 * @returns undefined where it is none: three parts in base64url without anything else, the first a JSON object.
 */
export function readJws(text: string): ReadJws | undefined {
  const parts = text.split('.', 4);
  const [head = '', body = '', tail = ''] = parts;
  if (parts.length !== 3) return undefined;
  const [header, payload, signature] = [head, body, tail].map(bytesOf);
  const members = header && headerOf(header);
  if (!members || !payload || !signature) return undefined;
  const signed = Buffer.from(text.slice(0, head.length + 1 + body.length), 'latin1');
  return { header: members, payload, signature, signed };
}

/**
 * Verifies a compact JWS by one key and an algorithm that is the key's (RFC 7515 §5.2). A header that has anything
 * critical is refused: nothing critical is known here. Own code over Node's `verify`, on this thread: by way of Web
 * Crypto, as a library does it, the same signature costs twice as much (docs/decisions/0030-speed-of-the-key-service.md).
 * @returns undefined where it does not hold; why is nobody's business.
 */
export function verifyJws(text: string, { key, algorithms }: VerifyingKey): VerifiedJws | undefined {
  const read = readJws(text);
  if (!read || 'crit' in read.header) return undefined;
  const { alg } = read.header;
  if (typeof alg !== 'string' || !algorithms.includes(alg)) return undefined;
  return isSigned(alg, key, read) ? read : undefined;
}

function isSigned(algorithm: string, key: KeyObject, { signed, signature }: ReadJws): boolean {
  const known = SIGNATURES[algorithm];
  if (!known) throw new TypeError(`keys are let in for ${algorithm}, which nobody can verify`);
  return verify(known.hash, signed, { key, ...known.how }, signature);
}

/** Undefined where there are other characters in it, or bits left over that are not zero. */
function bytesOf(part: string): Buffer | undefined {
  if (!BASE64URL.test(part)) return undefined;
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

function headerOf(bytes: Buffer): JwsHeader | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JwsHeader)
      : undefined;
  } catch {
    // What is no JSON is no header.
    return undefined;
  }
}
