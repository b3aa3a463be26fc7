import type { KmsParts } from '../parts.ts';
import type { FindPerson } from './person.ts';

/**
 * Asks the database at each request, so that an ended login is out at once, whatever tokens of it are still alive.
 * @throws SealkeepError RATE_LIMITED
 */
export function createFindPerson({ database, limits }: Pick<KmsParts, 'database' | 'limits'>): FindPerson {
  return async ({ sub, lid }) => {
    // All tokens of one login count together: a fresh one begins no new minute.
    await limits.count('token', lid);
    await limits.count('account', sub);
    return database
      .selectFrom('logins')
      .innerJoin('users', 'users.id', 'logins.user_id')
      .select(['users.id', 'users.name', 'logins.id as loginId'])
      .where('logins.id', '=', lid)
      .where('logins.ended_at', 'is', null)
      .where('users.id', '=', sub)
      .where('users.state', '=', 'active')
      .executeTakeFirst();
  };
}
