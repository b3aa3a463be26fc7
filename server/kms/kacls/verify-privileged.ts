import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Draft } from '../audit/recorded.ts';
import { isSameName, textClaim } from './claims.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { isUnverified } from './rules.ts';
import { type VerifiedCaller, verifyAuthentication } from './verify-tokens.ts';

/**
 * Who calls without an authorization token: only who is named in `KMS_PRIVILEGED` may (kacls.md §6.7, §6.8).
 * @throws SealkeepError AUTHENTICATION_INVALID, EMAIL_MISMATCH, DELEGATION_REFUSED, PRIVILEGE_MISSING,
 * ISSUER_UNAVAILABLE.
 */
export async function verifyPrivileged(
  parts: KaclsParts,
  authentication: string,
  draft: Draft,
): Promise<VerifiedCaller> {
  const caller = await verifyAuthentication(parts, authentication, draft);
  const { claims } = caller.token;
  if (isUnverified(claims)) throw new SealkeepError('EMAIL_MISMATCH');
  if (textClaim(claims, 'delegated_to') !== undefined) throw new SealkeepError('DELEGATION_REFUSED');
  if (!isPrivileged(caller, parts.config.privileged)) throw new SealkeepError('PRIVILEGE_MISSING');
  return caller;
}

/** An address is never matched by a name of ours that looks like it (`callerName`). */
function isPrivileged({ person, actor }: VerifiedCaller, listed: readonly string[]): boolean {
  if (person) return !person.name.includes('@') && listed.includes(person.name);
  return listed.some((name) => isSameName(name, actor));
}
