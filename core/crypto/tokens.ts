import { decodeJwt, SignJWT } from 'jose';
import { z } from 'zod';
import { LIMITS } from '../../shared/limits.ts';
import { sha256 } from './hash.ts';
import { readJws, verifyJws } from './jws.ts';
import type { SigningKey } from './key-pairs.ts';
import type { VerifyingKey } from './key-set.ts';

/** RFC 7519 §4.1: what is there has its type; everything else is whoever's who asks for it. */
const claimsSet = z.looseObject({
  iss: z.string().optional(),
  sub: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  exp: z.number().optional(),
  iat: z.number().optional(),
  nbf: z.number().optional(),
});
export type TokenClaims = z.infer<typeof claimsSet>;

/** Allowed difference of clocks between issuer and verifier, in seconds. */
const LEEWAY = 30;

export interface TokenToSign {
  readonly typ: string;
  readonly issuer: string;
  readonly audience: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly lifetime: number;
}

/** A compact JWS with `iat` and `exp` from `now`. */
export async function signToken(key: SigningKey, token: TokenToSign, now: Date): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({ ...token.claims })
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: token.typ })
    .setIssuer(token.issuer)
    .setAudience(token.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + token.lifetime)
    .sign(key.privateKey);
}

/** What an unverified token says of who signed it; good for choosing a configured issuer, for nothing else. */
export interface TokenOrigin {
  readonly issuer: string;
  readonly kid: string;
  readonly algorithm: string;
  /** Undefined where the header says none. */
  readonly typ: string | undefined;
}

/** @returns undefined where the text is no compact JWS with `alg`, `kid` and `iss`. */
export function peekToken(text: string): TokenOrigin | undefined {
  const read = text.length > LIMITS.token ? undefined : readJws(text);
  const iss = read && parseClaims(read.payload)?.iss;
  if (!read || iss === undefined) return undefined;
  const { alg, kid, typ } = read.header;
  if (typeof alg !== 'string' || typeof kid !== 'string') return undefined;
  return { issuer: iss, kid, algorithm: alg, typ: typeof typ === 'string' ? typ : undefined };
}

/** `sub` of a token that came from its issuer itself; undefined where it says none. Not for tokens of strangers. */
export function subjectOf(text: string): string | undefined {
  try {
    return decodeJwt(text).sub;
  } catch {
    // jose throws for whatever it can't decode, and such a text says nothing.
    return undefined;
  }
}

/** What a door demands of a token, beside a key of the right issuer. */
export interface TokenDemands {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  /** The header's `typ`; undefined for foreign issuers, whose `typ` is not looked at. */
  readonly typ: string | undefined;
}

/**
 * Verifies a token by one key of its issuer (kacls.md §3.1, steps 2 and 5 to 7): algorithm bound to the key, signature,
 * `iss`, `aud`, `exp` and `iat` present and right, `nbf` if present.
 * @returns the claims, or undefined where any of it does not hold; which one is nobody's business.
 */
export function verifyToken(
  text: string,
  key: VerifyingKey,
  demands: TokenDemands,
  now: Date,
): TokenClaims | undefined {
  if (demands.typ !== undefined && key.typ !== demands.typ) return undefined;
  const signed = signedClaims(text, key);
  if (!signed || (demands.typ !== undefined && signed.typ !== demands.typ)) return undefined;
  return areClaimsGood(signed.claims, demands, now) ? signed.claims : undefined;
}

interface SignedClaims {
  readonly typ: string | undefined;
  readonly claims: TokenClaims;
}

/** Tokens whose signature held, by SHA-256 of their text: for as long as the key is known, and so many of each key's. */
const held = new WeakMap<VerifyingKey, Map<string, SignedClaims>>();
const HELD_TOKENS = 1000;

/** What a key signed. That a signature held is remembered; times and all that is demanded are looked at each time. */
function signedClaims(text: string, key: VerifyingKey): SignedClaims | undefined {
  const tokens = held.get(key) ?? new Map<string, SignedClaims>();
  held.set(key, tokens);
  const name = sha256(text).toString('base64');
  const known = tokens.get(name);
  if (known) return known;
  const verified = verifyJws(text, key);
  const claims = verified && parseClaims(verified.payload);
  if (!claims) return undefined;
  const { typ } = verified.header;
  const signed = { typ: typeof typ === 'string' ? typ : undefined, claims };
  tokens.set(name, signed);
  const [oldest] = tokens.keys();
  if (tokens.size > HELD_TOKENS && oldest !== undefined) tokens.delete(oldest);
  return signed;
}

function parseClaims(payload: Uint8Array): TokenClaims | undefined {
  try {
    const parsed = claimsSet.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // What is no JSON in UTF-8 has no claims, and that is all there is to say of it.
    return undefined;
  }
}

function areClaimsGood({ iss, aud, exp, iat, nbf }: TokenClaims, demands: TokenDemands, now: Date): boolean {
  const seconds = now.getTime() / 1000;
  const taken = [demands.audience].flat();
  return (
    iss === demands.issuer &&
    [aud].flat().some((one) => one !== undefined && taken.includes(one)) &&
    exp !== undefined &&
    exp > Math.floor(seconds) - LEEWAY &&
    iat !== undefined &&
    iat <= seconds + LEEWAY &&
    (nbf === undefined || nbf <= seconds + LEEWAY)
  );
}
