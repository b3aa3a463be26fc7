import type { ExpressionBuilder } from 'kysely';
import { OWN_REALM } from '../keyring/own-realm.ts';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';

/** Versions of our own people's KEKs that wrap no more; foreign issuers keep their wrapped keys themselves. */
export function superseded(
  database: KmsDatabase,
  statuses: readonly ('readable' | 'retired' | 'disabled')[],
) {
  return database
    .selectFrom('kek_versions')
    .innerJoin('keks', 'keks.id', 'kek_versions.kek_id')
    .select(['kek_versions.kek_id as kekId', 'kek_versions.version'])
    .where('keks.realm', '=', OWN_REALM)
    .whereRef('kek_versions.version', '!=', 'keks.active_version')
    .where('kek_versions.status', 'in', statuses)
    .orderBy('kek_versions.kek_id')
    .orderBy('kek_versions.version');
}

/** Whether something hangs on a version, as the census has it. */
export function isNeeded(row: ExpressionBuilder<KmsSchema, 'kek_versions'>) {
  return row.exists(censusOf(row).where('census.is_needed', '=', 1));
}

/** Whether something hangs on a version or ever did: rewrapped, or let go of. */
export function hasCarried(row: ExpressionBuilder<KmsSchema, 'kek_versions'>) {
  return row.exists(censusOf(row));
}

function censusOf(row: ExpressionBuilder<KmsSchema, 'kek_versions'>) {
  return row
    .selectFrom('census')
    .select('census.version')
    .whereRef('census.kek_id', '=', 'kek_versions.kek_id')
    .whereRef('census.version', '=', 'kek_versions.version');
}
