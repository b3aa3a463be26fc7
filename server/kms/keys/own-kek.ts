import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Person } from '../identity/person.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';

/** @throws SealkeepError KEY_NOT_FOUND for what is not there and what is another's alike. */
export async function assertOwnKek(
  database: KmsDatabase | KmsTransaction,
  person: Person,
  kekId: string,
): Promise<void> {
  const row = await database
    .selectFrom('keks')
    .select('id')
    .where('id', '=', kekId)
    .where('realm', '=', OWN_REALM)
    .where('owner_id', '=', person.id)
    .executeTakeFirst();
  if (!row) throw new SealkeepError('KEY_NOT_FOUND');
}
