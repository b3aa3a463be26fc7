import type { KmsDatabase } from '../store/schema.ts';
import type { FindPerson } from './person.ts';

/** Asks the database at each request, so that an ended login is out at once, whatever tokens of it are still alive. */
export function createFindPerson(database: KmsDatabase): FindPerson {
  return ({ sub, lid }) =>
    database
      .selectFrom('logins')
      .innerJoin('users', 'users.id', 'logins.user_id')
      .select(['users.id', 'users.name', 'logins.id as loginId'])
      .where('logins.id', '=', lid)
      .where('logins.ended_at', 'is', null)
      .where('users.id', '=', sub)
      .where('users.state', '=', 'active')
      .executeTakeFirst();
}
