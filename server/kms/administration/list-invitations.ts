import type { Invitation } from '../../../shared/api/kms/administration.ts';
import type { KmsParts } from '../parts.ts';

/** `GET /invitations`: those that are good, newest first. */
export async function listInvitations({ database, now }: KmsParts): Promise<Invitation[]> {
  const rows = await database
    .selectFrom('invitations')
    .innerJoin('users', 'users.id', 'invitations.created_by')
    .select(['invitations.id', 'users.name', 'invitations.created_at', 'invitations.until'])
    .where('invitations.until', '>', now().getTime())
    .orderBy('invitations.created_at', 'desc')
    .orderBy('invitations.id')
    .execute();
  return rows.map(({ id, name, created_at, until }) => ({
    ...{ id, by: name },
    created_at: new Date(created_at).toISOString(),
    until: new Date(until).toISOString(),
  }));
}
