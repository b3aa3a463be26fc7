import { prepared, type ValueOf } from '../../../core/durable/prepared.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsDatabase } from '../store/schema.ts';
import type { FindPerson } from './person.ts';

const findLogin = prepared(
  (database: KmsDatabase, value: ValueOf<{ readonly sub: string; readonly lid: string }>) =>
    database
      .selectFrom('logins')
      .innerJoin('users', 'users.id', 'logins.user_id')
      .select(['users.id', 'users.name', 'users.state', 'logins.id as loginId', 'logins.ended_at as endedAt'])
      .where(
        'logins.id',
        '=',
        value(({ lid }) => lid),
      )
      .where(
        'users.id',
        '=',
        value(({ sub }) => sub),
      ),
);

/**
 * Asks the database at each request, so that an ended login is out at once, whatever tokens of it are still alive.
 * @throws SealkeepError RATE_LIMITED
 */
export function createFindPerson({ database, limits }: Pick<KmsParts, 'database' | 'limits'>): FindPerson {
  return async (claims) => {
    // All tokens of one login count together: a fresh one begins no new minute.
    await limits.count('token', claims.lid);
    await limits.count('account', claims.sub);
    const [found] = await findLogin(database, claims);
    if (!found) return { person: undefined, name: '' };
    const { id, name, state, loginId, endedAt } = found;
    const isLive = state === 'active' && endedAt === null;
    return { person: isLive ? { id, name, loginId } : undefined, name };
  };
}
