import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { auditChain } from './migrations/audit-chain.ts';
import { delegations } from './migrations/delegations.ts';
import { escrow } from './migrations/escrow.ts';
import { keyring } from './migrations/keyring.ts';
import { secureSessions } from './migrations/secure-sessions.ts';

const identity: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('users')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('totp_secret', 'blob', (column) => column.notNull())
      .addColumn('totp_last_step', 'bigint', (column) => column.notNull())
      .addColumn('enrolment_ticket_hash', 'blob')
      .addColumn('enrolment_failures', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createTable('recovery_codes')
      .addColumn('hash', 'blob', (column) => column.primaryKey())
      .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
      .execute();
    await database.schema
      .createTable('known_devices')
      .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
      .addColumn('device_hash', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('known_devices_key', ['user_id', 'device_hash'])
      .execute();
    await database.schema
      .createTable('login_failures')
      .addColumn('subject', 'text', (column) => column.primaryKey())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('last_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('login_failures_by_time')
      .on('login_failures')
      .column('last_at')
      .execute();
    await database.schema
      .createTable('logins')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    await database.schema.createIndex('logins_by_user').on('logins').column('user_id').execute();
    await database.schema
      .createTable('refresh_tokens')
      .addColumn('hash', 'blob', (column) => column.primaryKey())
      .addColumn('login_id', 'text', (column) => column.notNull().references('logins.id').onDelete('cascade'))
      .addColumn('used_at', 'bigint')
      .addColumn('successor_hash', 'blob')
      .execute();
    await database.schema
      .createIndex('refresh_tokens_by_login')
      .on('refresh_tokens')
      .column('login_id')
      .execute();
    await database.schema
      .createTable('signing_keys')
      .addColumn('typ', 'text', (column) => column.primaryKey())
      .addColumn('algorithm', 'text', (column) => column.notNull())
      .addColumn('private_key', 'blob', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};

const keys: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('keks')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('realm', 'text', (column) => column.notNull())
      .addColumn('owner_id', 'text', (column) => column.references('users.id'))
      .addColumn('is_first', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await sql`CREATE UNIQUE INDEX first_kek_of ON keks (realm, coalesce(owner_id, '')) WHERE is_first = 1`.execute(
      database,
    );
    await database.schema
      .createTable('kek_versions')
      .addColumn('kek_id', 'text', (column) => column.notNull().references('keks.id'))
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('secret', 'blob', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('kek_versions_key', ['kek_id', 'version'])
      .execute();
    await sql`CREATE UNIQUE INDEX one_active_version ON kek_versions (kek_id) WHERE status = 'active'`.execute(
      database,
    );
    await database.schema
      .createTable('resources')
      .addColumn('realm', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('secret', 'blob', (column) => column.notNull())
      .addColumn('generation', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('resources_key', ['realm', 'name'])
      .execute();
    await database.schema
      .createTable('grants')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('resource_name', 'text', (column) => column.notNull())
      .addColumn('owner_id', 'text', (column) => column.notNull().references('users.id'))
      .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('until', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('one_grant_each', ['resource_name', 'user_id'])
      .execute();
    await database.schema.createIndex('grants_by_owner').on('grants').column('owner_id').execute();
  },
};

/** Entries are added and never touched again: the database itself refuses anything else. */
const audit: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('audit')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('request_id', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('operation', 'text', (column) => column.notNull())
      .addColumn('resource_name', 'text')
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('decision', 'text', (column) => column.notNull())
      .addColumn('code', 'text')
      .execute();
    for (const act of ['UPDATE', 'DELETE']) {
      const name = `audit_no_${act.toLowerCase()}`;
      await sql
        .raw(
          `CREATE TRIGGER ${name} BEFORE ${act} ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`,
        )
        .execute(database);
    }
  },
};

export const KMS_MIGRATIONS = {
  '0001-identity': identity,
  '0002-keys': keys,
  '0003-audit': audit,
  '0004-keyring': keyring,
  '0005-secure-sessions': secureSessions,
  '0006-delegations': delegations,
  '0007-escrow': escrow,
  '0009-audit-chain': auditChain,
};
