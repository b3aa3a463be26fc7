import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { LIMITS } from '../../shared/limits.ts';
import type { SigningKey } from './key-pairs.ts';
import type { VerifyingKey } from './key-set.ts';

export type TokenClaims = JWTPayload;

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
  if (text.length > LIMITS.token || text.split('.').length !== 3) return undefined;
  try {
    const { alg, kid, typ } = decodeProtectedHeader(text);
    const { iss } = decodeJwt(text);
    if (typeof alg !== 'string' || typeof kid !== 'string' || typeof iss !== 'string') return undefined;
    return { issuer: iss, kid, algorithm: alg, typ: typeof typ === 'string' ? typ : undefined };
  } catch {
    // jose throws for whatever it can't decode, and that is all there is to say of such a text.
    return undefined;
  }
}

/** `sub` of a token that came from its issuer itself; undefined where it says none. Not for tokens of strangers. */
export function subjectOf(text: string): string | undefined {
  try {
    return decodeJwt(text).sub;
  } catch {
    // As above: what can't be decoded says nothing.
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
export async function verifyToken(
  text: string,
  key: VerifyingKey,
  demands: TokenDemands,
  now: Date,
): Promise<TokenClaims | undefined> {
  if (demands.typ !== undefined && key.typ !== demands.typ) return undefined;
  try {
    const { payload } = await jwtVerify(text, key.key, {
      algorithms: [...key.algorithms],
      issuer: demands.issuer,
      audience: typeof demands.audience === 'string' ? demands.audience : [...demands.audience],
      ...(demands.typ === undefined ? {} : { typ: demands.typ }),
      currentDate: now,
      clockTolerance: LEEWAY,
      requiredClaims: ['exp', 'iat', 'iss', 'aud'],
    });
    const latestIssue = now.getTime() / 1000 + LEEWAY;
    return payload.iat !== undefined && payload.iat <= latestIssue ? payload : undefined;
  } catch {
    // jose reports every failure by throwing; a refused token is an ordinary answer here.
    return undefined;
  }
}
