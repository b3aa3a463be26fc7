import { SealkeepError } from '../../../shared/errors/error.ts';
import { splitResourceName } from '../../../shared/names/resource-name.ts';
import type { Person } from '../identity/person.ts';

/** @throws SealkeepError GRANT_NOT_OWNER where one of them is another's. */
export function assertOwnResources(person: Person, resourceNames: readonly string[]): void {
  const isOwner = resourceNames.every((name) => splitResourceName(name)?.owner === person.id);
  if (!isOwner) throw new SealkeepError('GRANT_NOT_OWNER');
}
