import { resourceNamesSha256 } from '../../../core/crypto/hash.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { VerifiedToken } from '../../platform/issuers/token-door.ts';
import type { AuthorizationIssuer } from '../issuers/trusted-issuers.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { textClaim } from './claims.ts';

/** What an authorization token is good for: resources, and the perimeter they lie in. */
export interface BoundResources {
  readonly names: readonly string[];
  readonly perimeterId: string;
}

type Authorization = VerifiedToken<AuthorizationIssuer>;

/**
 * The one resource of a single call, from the token itself: there is no request field for it (kacls.md §6.2).
 * @throws SealkeepError AUTHORIZATION_INVALID for a batch's token, or one that names nothing; REQUEST_INVALID where
 * a claim is too long (kacls.md §1.1).
 */
export function resourceOfSingle({ claims }: Authorization): BoundResources {
  const name = textClaim(claims, 'resource_name');
  if (typeof name !== 'string' || claims['resource_names_sha256'] !== undefined) {
    throw new SealkeepError('AUTHORIZATION_INVALID');
  }
  if (Buffer.byteLength(name) > LIMITS.resourceName) {
    throw new SealkeepError('REQUEST_INVALID', { reason: 'resource_name' });
  }
  return { names: [name], perimeterId: perimeterOf(claims) };
}

/**
 * The resources of a batch: the token of our own cloud is bound to exactly these names in this order.
 * @throws SealkeepError AUTHORIZATION_INVALID for a single call's token or another realm's, RESOURCE_MISMATCH where it
 * is bound to other names, REQUEST_INVALID.
 */
export function resourcesOfBatch(
  { issuer, claims }: Authorization,
  names: readonly string[],
): BoundResources {
  const bound = textClaim(claims, 'resource_names_sha256');
  if (issuer.realm !== OWN_REALM || typeof bound !== 'string' || claims['resource_name'] !== undefined) {
    throw new SealkeepError('AUTHORIZATION_INVALID');
  }
  if (bound !== resourceNamesSha256(names)) throw new SealkeepError('RESOURCE_MISMATCH');
  return { names, perimeterId: perimeterOf(claims) };
}

function perimeterOf(claims: Authorization['claims']): string {
  const perimeterId = textClaim(claims, 'perimeter_id');
  if (perimeterId === null || Buffer.byteLength(perimeterId ?? '') > LIMITS.perimeterId) {
    throw new SealkeepError('REQUEST_INVALID', { reason: 'perimeter_id' });
  }
  return perimeterId ?? '';
}
