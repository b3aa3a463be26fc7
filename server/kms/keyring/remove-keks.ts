import type { KmsTransaction } from '../store/schema.ts';
import { OWN_REALM } from './own-realm.ts';

/** Removes the KEKs of somebody who never sealed anything, as if they had not been made. */
export async function removeKeksOf(transaction: KmsTransaction, ownerId: string): Promise<void> {
  await transaction
    .deleteFrom('kek_versions')
    .where('kek_id', 'in', (keks) =>
      keks.selectFrom('keks').select('id').where('realm', '=', OWN_REALM).where('owner_id', '=', ownerId),
    )
    .execute();
  await transaction
    .deleteFrom('keks')
    .where('realm', '=', OWN_REALM)
    .where('owner_id', '=', ownerId)
    .execute();
}
