import { sha256 } from '../../../core/crypto/hash.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import type { Account } from './accounts.ts';

/**
 * Whose failures an attempt to log in counts among: a device that has logged in to this account before has a count of
 * its own, which strangers can't reach; all others share the name's, whether anyone is called that or not.
 */
export async function loginSubject(
  database: KmsDatabase,
  name: string,
  account: Account,
  device: string | undefined,
): Promise<string> {
  const hash = sha256(device ?? '');
  const known = await database
    .selectFrom('known_devices')
    .select('user_id')
    .where('user_id', '=', account.id)
    .where('device_hash', '=', hash)
    .executeTakeFirst();
  return known ? `device:${known.user_id}:${hash.toString('base64url')}` : `name:${name}`;
}

/** Remembers that the device has logged in to the account. */
export async function rememberDevice(
  transaction: KmsTransaction,
  userId: string,
  device: string | undefined,
): Promise<void> {
  if (device === undefined) return;
  await transaction
    .insertInto('known_devices')
    .values({ user_id: userId, device_hash: sha256(device) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
