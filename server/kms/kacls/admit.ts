import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Draft } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import type { FileOperation } from '../issuers/issuers-file.ts';
import { assertOwnAccess } from './assert-own-access.ts';
import { type BoundResources, resourceOfSingle, resourcesOfBatch } from './bound-resources.ts';
import { textClaim } from './claims.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { assertRules, type PresentedTokens } from './rules.ts';
import { type AuthenticationDoor, verifyAuthentication, verifyAuthorization } from './verify-tokens.ts';

/** A call that may go on to the keys. */
export interface Admission extends PresentedTokens, BoundResources {
  readonly realm: string;
  /** Who calls; undefined for a foreign issuer's. */
  readonly person: Person | undefined;
  /** Of the resources, in our own realm; a foreign realm's belong to nobody here. */
  readonly ownerId: string | null;
}

export interface AdmissionRequest extends AuthenticationDoor {
  readonly authentication: string;
  readonly authorization: string;
  readonly operation: FileOperation;
  /** The resources of a batch; a single call's is in its token. */
  readonly batch?: readonly string[];
}

/**
 * Steps 2 to 7 of kacls.md §6.2 and §6.3 in their order, then our own realm's access list. What is found out on the
 * way goes into the draft, so that a refusal says whom it met and over what.
 * @throws SealkeepError
 */
export async function admit(
  parts: KaclsParts,
  { operation, batch, ...texts }: AdmissionRequest,
  draft: Draft,
): Promise<Admission> {
  const caller = await verifyAuthentication(parts, texts.authentication, draft, texts);
  const authorization = await verifyAuthorization(parts, texts.authorization, operation);
  draft.delegatedTo = textClaim(authorization.claims, 'delegated_to') ?? undefined;
  const bound = batch ? resourcesOfBatch(authorization, batch) : resourceOfSingle(authorization);
  if (!batch) draft.resourceName = bound.names[0];
  const tokens = { authentication: caller.token, authorization };
  const { isDelegatedByUs } = caller;
  assertRules({ ...tokens, isDelegatedByUs, operation, urls: urlsOf(parts) });
  const ownerId = caller.person ? await assertOwnAccess(parts, caller.person, operation, bound.names) : null;
  return { ...tokens, ...bound, ownerId, person: caller.person, realm: authorization.issuer.realm };
}

/** What this KMS is called, and was. */
export function urlsOf({ config }: Pick<KaclsParts, 'config'>): readonly string[] {
  return [config.url, ...config.formerUrls];
}

/** R-PERIM, step 8. */
export function assertPerimeter(
  { isWithinPerimeter }: KaclsParts,
  { authentication, authorization }: PresentedTokens,
  perimeterId: string,
): void {
  if (!isWithinPerimeter({ authentication, authorization, perimeterId })) {
    throw new SealkeepError('PERIMETER_REFUSED');
  }
}
