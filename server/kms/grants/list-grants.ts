import type { Grant } from '../../../shared/api/kms/grants.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import { grantOf } from './grant-of.ts';

/** `GET /grants`: what the caller has granted, oldest first; those whose end has passed too, until they are removed. */
export async function listGrants(
  { database }: Pick<KmsParts, 'database'>,
  owner: Person,
  resourceName: string | undefined,
): Promise<Grant[]> {
  const rows = await database
    .selectFrom('grants')
    .innerJoin('users', 'users.id', 'grants.user_id')
    .select(['grants.id', 'resource_name', 'grants.role', 'until', 'users.name as with'])
    .where('owner_id', '=', owner.id)
    .$if(resourceName !== undefined, (query) => query.where('resource_name', '=', resourceName ?? ''))
    .orderBy('grants.created_at')
    .orderBy('grants.id')
    .execute();
  return rows.map(grantOf);
}
