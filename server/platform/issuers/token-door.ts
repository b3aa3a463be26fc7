import { peekToken, type TokenClaims, type TokenDemands, verifyToken } from '../../../core/crypto/tokens.ts';
import type { KeySource } from './key-source.ts';

/** One issuer of one kind of token, as a door knows it. */
export interface TrustedIssuer extends TokenDemands {
  readonly keys: KeySource;
}

export interface VerifiedToken<Issuer extends TrustedIssuer> {
  readonly issuer: Issuer;
  readonly claims: TokenClaims;
}

/**
 * Verifies a token against the issuers that a door trusts, in the order of kacls.md §3.1: `iss` only chooses among
 * them (with `typ`, where one issuer signs several kinds), and the `kid` is looked up in that issuer's own keys.
 * @returns undefined where the token does not hold.
 */
export async function enterByToken<Issuer extends TrustedIssuer>(
  text: string,
  issuers: readonly Issuer[],
  now: Date,
): Promise<VerifiedToken<Issuer> | undefined> {
  const token = peekToken(text);
  if (!token) return undefined;
  const issuer = issuers.find(
    ({ issuer: name, typ }) => name === token.issuer && (typ === undefined || typ === token.typ),
  );
  if (!issuer) return undefined;
  const key = await issuer.keys.keyFor(token.kid);
  const claims = key && verifyToken(token, key, issuer, now);
  return claims && { issuer, claims };
}
