import { decodeJwt, SignJWT } from 'jose';
import { z } from 'zod';
import { LIMITS } from '../../shared/limits.ts';
import { sha256Text } from './hash.ts';
import { isJwsSigned, type ReadJws, readJws } from './jws.ts';
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
interface TokenOrigin {
  readonly issuer: string;
  readonly kid: string;
  readonly algorithm: string;
  /** Undefined where the header says none. */
  readonly typ: string | undefined;
}

/** A token that was taken apart. Nothing of it is vouched for before `verifyToken`. */
export interface UnverifiedToken extends TokenOrigin {
  /** SHA-256 of its text. */
  readonly name: string;
  readonly jws: ReadJws;
  readonly claims: TokenClaims;
}

/** Tokens whose signature held, by name, each with the key by which it did; the one used longest ago goes first. */
const held = new Map<string, { readonly key: VerifyingKey; readonly token: UnverifiedToken }>();
const HELD_TOKENS = 2000;

/**
 * Takes a token apart; one whose signature held before is known by its text.
 * @returns undefined where the text is no compact JWS with `alg`, `kid` and `iss`.
 */
export function peekToken(text: string): UnverifiedToken | undefined {
  if (text.length > LIMITS.token) return undefined;
  const name = sha256Text(text);
  const known = held.get(name);
  if (known) return known.token;
  const jws = readJws(text);
  const claims = jws && parseClaims(jws.payload);
  if (!claims || claims.iss === undefined) return undefined;
  const { alg, kid, typ } = jws.header;
  if (typeof alg !== 'string' || typeof kid !== 'string') return undefined;
  const origin = { issuer: claims.iss, kid, algorithm: alg, typ: typeof typ === 'string' ? typ : undefined };
  return { ...origin, name, jws, claims };
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
 * `iss`, `aud`, `exp` and `iat` present and right, `nbf` if present. That a signature held is remembered; times and all
 * that is demanded are looked at each time.
 * @returns the claims, or undefined where any of it does not hold; which one is nobody's business.
 */
export function verifyToken(
  token: UnverifiedToken,
  key: VerifyingKey,
  demands: TokenDemands,
  now: Date,
): TokenClaims | undefined {
  if (demands.typ !== undefined && (key.typ !== demands.typ || token.typ !== demands.typ)) return undefined;
  if (!areClaimsGood(token.claims, demands, now)) return undefined;
  return isSignedBy(key, token) ? token.claims : undefined;
}

function isSignedBy(key: VerifyingKey, token: UnverifiedToken): boolean {
  const isHeld = held.get(token.name)?.key === key;
  if (!isHeld && !isJwsSigned(token.jws, key)) return false;
  held.delete(token.name);
  held.set(token.name, { key, token });
  const [oldest] = held.keys();
  if (held.size > HELD_TOKENS && oldest !== undefined) held.delete(oldest);
  return true;
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
