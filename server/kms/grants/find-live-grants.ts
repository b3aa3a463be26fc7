import type { Role } from '../../../shared/api/common.ts';
import type { KmsDatabase } from '../store/schema.ts';

export interface GrantQuestion {
  readonly ownerId: string;
  readonly userId: string;
  readonly roles: readonly Role[];
  readonly resourceNames: readonly string[];
  readonly at: Date;
}

/** @returns the resources, of those asked for, that the owner has granted to the person in one of the roles. */
export async function findLiveGrants(
  database: KmsDatabase,
  { ownerId, userId, roles, resourceNames, at }: GrantQuestion,
): Promise<ReadonlySet<string>> {
  const rows = await database
    .selectFrom('grants')
    .select('resource_name')
    .where('user_id', '=', userId)
    .where('owner_id', '=', ownerId)
    .where('role', 'in', roles)
    .where('resource_name', 'in', resourceNames)
    .where((grant) => grant.or([grant('until', 'is', null), grant('until', '>', at.getTime())]))
    .execute();
  return new Set(rows.map((row) => row.resource_name));
}
