import type { Login } from '../../../shared/api/kms/identity.ts';
import type { IdentityParts } from './identity-parts.ts';
import type { Person } from './person.ts';

/** The caller's own logins that have not ended, newest use first. */
export async function listLogins({ database }: IdentityParts, person: Person): Promise<Login[]> {
  const rows = await database
    .selectFrom('logins')
    .select(['id', 'created_at', 'last_used_at', 'device_name'])
    .where('user_id', '=', person.id)
    .where('ended_at', 'is', null)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    created_at: new Date(row.created_at).toISOString(),
    last_used_at: new Date(row.last_used_at).toISOString(),
    ...(row.device_name === null ? {} : { device_name: row.device_name }),
    current: row.id === person.loginId,
  }));
}
