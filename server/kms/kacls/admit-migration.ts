import type { Draft } from '../audit/recorded.ts';
import type { MigrationOperation } from '../issuers/issuers-file.ts';
import { urlsOf } from './admit.ts';
import { resourceOfSingle } from './bound-resources.ts';
import { textClaim } from './claims.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { assertAuthorizationRules } from './rules.ts';
import { verifyAuthorization } from './verify-tokens.ts';

/** A call of a migration that may go on to the keys. */
export interface MigrationAdmission {
  readonly realm: string;
  readonly resourceName: string;
  /** Empty where the token has none, as kacls.md §3.2.3 has it. */
  readonly perimeterId: string;
}

/**
 * The first steps of kacls.md §6.4 and §6.5: no person calls, only a migration issuer's word for one resource. The audit
 * log names whom that word is about.
 * @throws SealkeepError
 */
export async function admitMigration(
  parts: KaclsParts,
  text: string,
  operation: MigrationOperation,
  draft: Draft,
): Promise<MigrationAdmission> {
  const authorization = await verifyAuthorization(parts, text, operation);
  draft.actor = textClaim(authorization.claims, 'email') ?? '';
  const { names, perimeterId } = resourceOfSingle(authorization);
  const [resourceName = ''] = names;
  draft.resourceName = resourceName;
  assertAuthorizationRules({ authorization, operation, urls: urlsOf(parts) });
  return { realm: authorization.issuer.realm, resourceName, perimeterId };
}
