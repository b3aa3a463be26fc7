import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createRootKeyChangeTable } from '../../../platform/root-key/change-record.ts';

/** Escrow, and the record of a change of the root key. */
export const escrow: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('escrow_pairs')
      .addColumn('user_id', 'text', (column) => column.primaryKey().references('users.id'))
      .addColumn('public_key', 'text', (column) => column.notNull())
      .addColumn('private_key', 'blob', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createTable('escrowed_keys')
      .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('enc_key', 'blob', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('escrowed_keys_key', ['user_id', 'version'])
      .execute();
    await createRootKeyChangeTable(database);
  },
};
