import type { UserReply } from '../../../shared/api/kms/administration.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';

type Store = KmsDatabase | KmsTransaction;

/** `GET /users`: everybody, also who is deleted, by name. */
export async function listUsers(database: Store): Promise<UserReply[]> {
  const rows = await users(database).orderBy('users.name').execute();
  return rows.map(userOf);
}

/** @throws SealkeepError USER_NOT_FOUND */
export async function findUser(database: Store, id: string): Promise<UserReply> {
  const row = await users(database).where('users.id', '=', id).executeTakeFirst();
  if (!row) throw new SealkeepError('USER_NOT_FOUND');
  return userOf(row);
}

function users(database: Store) {
  return database.selectFrom('users').select((user) => [
    'users.id',
    'users.name',
    'users.role',
    'users.state',
    'users.created_at',
    user
      .selectFrom('logins')
      .select((login) => login.fn.max('logins.last_used_at').as('at'))
      .whereRef('logins.user_id', '=', 'users.id')
      .as('seen_at'),
    user
      .selectFrom('logins')
      .select((login) => login.fn.countAll<number>().as('count'))
      .whereRef('logins.user_id', '=', 'users.id')
      .where('logins.ended_at', 'is', null)
      .as('logins'),
  ]);
}

type UserRow = Awaited<ReturnType<ReturnType<typeof users>['execute']>>[number];

function userOf({ id, name, role, state, created_at, seen_at, logins }: UserRow): UserReply {
  return {
    ...{ id, user: name, role, state },
    created_at: new Date(created_at).toISOString(),
    ...(seen_at === null ? {} : { last_seen_at: new Date(seen_at).toISOString() }),
    logins: logins ?? 0,
  };
}
