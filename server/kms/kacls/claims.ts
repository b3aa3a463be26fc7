import type { TokenClaims } from '../../../core/crypto/tokens.ts';

/** In a delegated token: the issuer who knew the person that delegates, so that its limits go on holding. */
export const AUTHENTICATED_BY = 'authenticated_by';

/**
 * An optional text claim. Empty and absent are alike (kacls.md §3.1); one that is there and no text is `null`, which
 * equals nothing and so refuses wherever it is compared.
 */
export function textClaim(claims: TokenClaims, name: string): string | null | undefined {
  const value = claims[name];
  if (value === undefined || value === '') return undefined;
  return typeof value === 'string' ? value : null;
}

/** ASCII only: the locale and the larger alphabets have no say in whether two addresses are one (kacls.md R-EMAIL). */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Equal texts without regard to ASCII case; what is absent or no text equals nothing. */
export function isSameName(left: string | null | undefined, right: string | null | undefined): boolean {
  return (
    typeof left === 'string' && typeof right === 'string' && asciiLowerCase(left) === asciiLowerCase(right)
  );
}

/**
 * The address that an authentication token speaks for: `google_email` where there is one, in whatever form, and never
 * `email` instead of it (kacls.md R-EMAIL).
 */
export function addressOf(claims: TokenClaims): string | null | undefined {
  return claims['google_email'] === undefined
    ? textClaim(claims, 'email')
    : textOrNull(claims['google_email']);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
