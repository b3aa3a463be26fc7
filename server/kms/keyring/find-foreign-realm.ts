import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { OWN_REALM } from './own-realm.ts';

/**
 * The foreign realm that a KEK belongs to.
 * @throws SealkeepError WRAPPED_KEY_INVALID where there is no such KEK, REALM_MISMATCH where it is one of our own.
 */
export async function findForeignRealm(database: KmsDatabase, kekId: string): Promise<string> {
  const row = await database.selectFrom('keks').select('realm').where('id', '=', kekId).executeTakeFirst();
  if (!row) throw new SealkeepError('WRAPPED_KEY_INVALID');
  if (row.realm === OWN_REALM) throw new SealkeepError('REALM_MISMATCH');
  return row.realm;
}
