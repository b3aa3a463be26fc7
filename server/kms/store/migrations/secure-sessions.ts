import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const secureSessions: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('identity_keys')
      .addColumn('position', 'integer', (column) => column.primaryKey())
      .addColumn('fingerprint', 'text', (column) => column.notNull().unique())
      .addColumn('public_key', 'text', (column) => column.notNull())
      .addColumn('private_key', 'blob')
      .addColumn('signature', 'blob')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createTable('secure_sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('session_key', 'blob', (column) => column.notNull())
      .addColumn('signing_key', 'blob')
      .addColumn('seq_floor', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('secure_sessions_by_end')
      .on('secure_sessions')
      .column('expires_at')
      .execute();
    await database.schema
      .createTable('client_tokens')
      .addColumn('hash', 'blob', (column) => column.primaryKey())
      .addColumn('session_id', 'text', (column) =>
        column.notNull().references('secure_sessions.id').onDelete('cascade'),
      )
      .addColumn('until', 'bigint')
      .execute();
    await database.schema
      .createIndex('client_tokens_by_session')
      .on('client_tokens')
      .column('session_id')
      .execute();
  },
};
