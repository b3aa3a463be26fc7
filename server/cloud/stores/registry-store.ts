import { newestWrap } from './newest-wrap.ts';
import type { RegisteredKey } from './registered-key.ts';
import { type CloudDatabase, type CloudTransaction, inChunks } from './schema.ts';

export interface RegistryStore {
  /**
   * Replaces the registered keys, all or none, durable when it resolves; a newer wrap of the same seal stays. A key with the `mac` of the uploaded pair is
   * that pair's, wrapped anew, and becomes what a download gives; any other waits for its own `.enc`.
   */
  put(keys: readonly RegisteredKey[]): Promise<void>;
  /** The text of the newest `.key`. */
  find(resource: string): Promise<string | undefined>;
}

export function createRegistryStore(database: CloudDatabase): RegistryStore {
  return {
    async put(keys) {
      // Of one resource's keys the last counts; one statement can't write a row twice.
      const last = [...new Map(keys.map((key) => [key.resource, key])).values()];
      await database.transaction().execute(async (transaction) => {
        for (const offered of inChunks(last)) {
          const chunk = await newestOf(transaction, offered);
          await transaction
            .insertInto('registry')
            .values(
              chunk.map(({ resource, text, kek }) => ({
                resource,
                key_file: text,
                kek_id: kek.keyId,
                key_version: kek.version,
              })),
            )
            .onConflict((conflict) =>
              conflict.column('resource').doUpdateSet((set) => ({
                key_file: set.ref('excluded.key_file'),
                kek_id: set.ref('excluded.kek_id'),
                key_version: set.ref('excluded.key_version'),
              })),
            )
            .execute();
          const uploaded = await transaction
            .selectFrom('files')
            .select(['resource', 'mac'])
            .where(
              'resource',
              'in',
              chunk.map(({ resource }) => resource),
            )
            .execute();
          const macs = new Map(uploaded.map(({ resource, mac }) => [resource, mac]));
          for (const { resource, text, mac, kek } of chunk) {
            if (macs.get(resource) !== mac) continue;
            await transaction
              .updateTable('files')
              .set({ key_file: text, kek_id: kek.keyId, key_version: kek.version })
              .where('resource', '=', resource)
              .execute();
          }
        }
      });
    },

    async find(resource) {
      const row = await database
        .selectFrom('registry')
        .select('key_file')
        .where('resource', '=', resource)
        .executeTakeFirst();
      return row?.key_file;
    },
  };
}

async function newestOf(
  transaction: CloudTransaction,
  offered: readonly RegisteredKey[],
): Promise<RegisteredKey[]> {
  const rows = await transaction
    .selectFrom('registry')
    .select(['resource', 'key_file'])
    .where(
      'resource',
      'in',
      offered.map(({ resource }) => resource),
    )
    .execute();
  const texts = new Map(rows.map(({ resource, key_file }) => [resource, key_file]));
  return offered.map((key) => newestWrap(texts.get(key.resource), key));
}
