import { sha256 } from '../../../core/crypto/hash.ts';
import { randomId, randomToken } from '../../../core/crypto/random.ts';
import type { KmsTransaction } from '../store/schema.ts';

export interface StartedLogin {
  readonly loginId: string;
  readonly refreshToken: string;
}

export interface NewLogin {
  readonly userId: string;
  /** What the client calls the device. */
  readonly deviceName: string | undefined;
}

/** Starts a login with the first refresh token of its family. */
export async function startLogin(
  transaction: KmsTransaction,
  { userId, deviceName }: NewLogin,
  at: number,
): Promise<StartedLogin> {
  const loginId = randomId();
  await transaction
    .insertInto('logins')
    .values({
      ...{ id: loginId, user_id: userId, created_at: at, last_used_at: at, ended_at: null },
      device_name: deviceName ?? null,
    })
    .execute();
  return { loginId, refreshToken: await addRefreshToken(transaction, loginId) };
}

/** Adds a fresh refresh token to a login's family. */
export async function addRefreshToken(transaction: KmsTransaction, loginId: string): Promise<string> {
  const refreshToken = randomToken();
  await transaction
    .insertInto('refresh_tokens')
    .values({ hash: sha256(refreshToken), login_id: loginId, used_at: null, successor_hash: null })
    .execute();
  return refreshToken;
}

/** Ends one login of a person. @returns false where they have no such login (any more). */
export async function endOneLogin(
  transaction: KmsTransaction,
  login: { readonly id: string; readonly userId: string },
  at: number,
): Promise<boolean> {
  const ended = await transaction
    .updateTable('logins')
    .set({ ended_at: at })
    .where('id', '=', login.id)
    .where('user_id', '=', login.userId)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return ended !== undefined;
}

/** Ends the logins of a person that have not ended, but for one where it is named. @returns how many there were. */
export async function endLogins(
  transaction: KmsTransaction,
  { userId, except = '' }: { readonly userId: string; readonly except?: string },
  at: number,
): Promise<number> {
  const ended = await transaction
    .updateTable('logins')
    .set({ ended_at: at })
    .where('user_id', '=', userId)
    .where('id', '!=', except)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  return ended.length;
}

/** Whose login a refresh token belongs to, used or not; also of somebody who may not come in any more. */
export function findFamily(transaction: KmsTransaction, hash: Uint8Array) {
  return transaction
    .selectFrom('refresh_tokens')
    .innerJoin('logins', 'logins.id', 'refresh_tokens.login_id')
    .innerJoin('users', 'users.id', 'logins.user_id')
    .select([
      'users.id',
      'users.name',
      'users.state',
      'logins.id as loginId',
      'logins.ended_at as endedAt',
      'refresh_tokens.used_at as usedAt',
      'refresh_tokens.successor_hash as successorHash',
    ])
    .where('refresh_tokens.hash', '=', hash)
    .executeTakeFirst();
}
