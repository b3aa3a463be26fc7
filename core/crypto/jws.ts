import { constants, verify } from 'node:crypto';
import { keyIdOf, type SigningKey } from './key-pairs.ts';
import { parseKeySet, type VerifyingKey } from './key-set.ts';
import { signEd25519 } from './signatures.ts';

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
export function verifyJws(text: string, key: VerifyingKey): VerifiedJws | undefined {
  const read = readJws(text);
  return read && isJwsSigned(read, key) ? read : undefined;
}

/** The same for one that was taken apart. */
export function isJwsSigned(
  { header, signed, signature }: ReadJws,
  { key, algorithms }: VerifyingKey,
): boolean {
  const { alg } = header;
  if ('crit' in header || typeof alg !== 'string' || !algorithms.includes(alg)) return false;
  const known = SIGNATURES[alg];
  if (!known) throw new TypeError(`keys are let in for ${alg}, which nobody can verify`);
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

/**
 * A compact JWS by an Ed25519 key, at once: for what is signed inside a transaction. Its header brings the public key
 * along, for whoever has nothing else of the signer; to believe that key is another matter.
 */
export function signJws(key: SigningKey, typ: string, payload: unknown): string {
  const { kty, crv, x } = key.publicJwk;
  const header = { alg: key.algorithm, typ, kid: key.kid, jwk: { kty, crv, x } };
  const input = `${encoded(header)}.${encoded(payload)}`;
  return `${input}.${signEd25519(key, Buffer.from(input)).toString('base64url')}`;
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The key that a JWS's header brings along; undefined where it brings none that its `kid` names. */
export function keyInJws(text: string): VerifyingKey | undefined {
  const { jwk, kid, typ } = readJws(text)?.header ?? {};
  const members = { ...Object(jwk) };
  if (typeof kid !== 'string' || keyIdOf(members) !== kid) return undefined;
  return parseKeySet({ keys: [{ ...members, kid, use: 'sig', sealkeep_typ: typ }] }).get(kid);
}

/** The `kid` of a JWS, good for looking up a key that is known; undefined where it says none. */
export function kidOfJws(text: string): string | undefined {
  const kid = readJws(text)?.header['kid'];
  return typeof kid === 'string' ? kid : undefined;
}
