import { sql } from 'kysely';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { listVersions, writeVersionState } from './kek-versions.ts';
import { OWN_REALM } from './own-realm.ts';
import { forgetResources } from './resources.ts';
import { transition } from './version-state.ts';

/** A KEK that names it has no version that wraps. */
const NO_VERSION = 0;
/** Few enough that whoever waits for the database does not wait for long. */
const ROWS_AT_ONCE = 500;

/**
 * How many resources would be lost with a person's KEKs. What was released counts here, too: that nothing was sealed with it
 * is a claim without a code, and only the cloud could tell.
 */
export async function countNeedingKeksOf(
  database: KmsDatabase | KmsTransaction,
  ownerId: string,
): Promise<number> {
  const row = await database
    .selectFrom('census')
    .innerJoin('keks', 'keks.id', 'census.kek_id')
    .select((census) => census.fn.count<number>('census.resource_name').distinct().as('count'))
    .where('keks.realm', '=', OWN_REALM)
    .where('keks.owner_id', '=', ownerId)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Destroys every version of a person's KEKs, whatever hangs on them: none wraps or opens ever again. */
export async function destroyKeksOf(transaction: KmsTransaction, ownerId: string): Promise<void> {
  const keks = await transaction
    .updateTable('keks')
    .set({ active_version: NO_VERSION })
    .where('realm', '=', OWN_REALM)
    .where('owner_id', '=', ownerId)
    .returning('id as kekId')
    .execute();
  for (const { kekId } of keks) {
    for (const state of await listVersions(transaction, kekId)) {
      if (state.status === 'destroyed') continue;
      const name = { kekId, version: state.version };
      await writeVersionState(transaction, name, transition(state, { kind: 'give-up' }));
    }
  }
}

/** The ids of people whose account was deleted, and of whom there are resources all the same. */
export async function listDeletedWithResources(database: KmsDatabase): Promise<string[]> {
  const rows = await database
    .selectFrom('users')
    .select('id')
    .where('state', '=', 'deleted')
    .where((user) =>
      user.exists(
        user
          .selectFrom('resources')
          .select('resources.name')
          .where('resources.realm', '=', OWN_REALM)
          .where('resources.name', '>', sql<string>`'//sealkeep/' || users.id || '/'`)
          .where('resources.name', '<', sql<string>`'//sealkeep/' || users.id || '0'`),
      ),
    )
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Destroys what is kept for each resource of a person, some at a time, so that others wait for none of it for long. A
 * crash leaves some behind, which the next call finds.
 */
export async function forgetResourcesOf(
  database: KmsDatabase,
  ownerId: string,
  signal?: AbortSignal,
): Promise<void> {
  const prefix = `//sealkeep/${ownerId}`;
  for (let names: string[] = []; ; ) {
    signal?.throwIfAborted();
    names = await database.transaction().execute(async (transaction) => {
      const rows = await transaction
        .selectFrom('resources')
        .select('name')
        .where('realm', '=', OWN_REALM)
        .where('name', '>', `${prefix}/`)
        // The character after the slash.
        .where('name', '<', `${prefix}0`)
        .limit(ROWS_AT_ONCE)
        .execute();
      return rows.length === 0
        ? []
        : forgetResources(
            transaction,
            rows.map(({ name }) => name),
          );
    });
    if (names.length === 0) return;
  }
}
