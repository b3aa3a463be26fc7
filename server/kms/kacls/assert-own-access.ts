import { SealkeepError } from '../../../shared/errors/error.ts';
import { parseResourceName } from '../../../shared/names/resource-name.ts';
import { findLiveGrants } from '../grants/find-live-grants.ts';
import type { Person } from '../identity/person.ts';
import type { FileOperation } from '../issuers/issuers-file.ts';
import type { KaclsParts } from './kacls-parts.ts';

/** The grant that stands in for being the owner: whoever may wrap may replace a file, so a reader may not. */
const GRANTED_ROLES = {
  wrap: ['writer'],
  unwrap: ['reader', 'writer'],
  // Looked at again whenever the delegation is used.
  delegate: ['reader', 'writer'],
} as const satisfies Record<FileOperation, readonly string[]>;

/**
 * Our own realm: the owner may, and who has a live grant of the owner's, read at this very request (DESIGN.md, Grants).
 * The cloud's word alone allows nothing.
 * @returns the owner's id, which is one for all the resources.
 * @throws SealkeepError RESOURCE_MISMATCH for a name that is not ours, REQUEST_INVALID for resources of several owners,
 * GRANT_MISSING.
 */
export async function assertOwnAccess(
  { database, now }: KaclsParts,
  person: Person,
  operation: FileOperation,
  resourceNames: readonly string[],
): Promise<string> {
  const [owner = '', ...others] = new Set(resourceNames.map((name) => parseResourceName(name).owner));
  if (others.length > 0) throw new SealkeepError('REQUEST_INVALID', { reason: 'items' });
  if (owner === person.id) return owner;
  const granted = await findLiveGrants(database, {
    ownerId: owner,
    userId: person.id,
    roles: GRANTED_ROLES[operation],
    resourceNames,
    at: now(),
  });
  if (resourceNames.some((name) => !granted.has(name))) throw new SealkeepError('GRANT_MISSING');
  return owner;
}
