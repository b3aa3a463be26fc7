import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { parseKeyFile } from '../../../shared/formats/key-file.ts';
import { claimedKekVersion } from '../../../shared/formats/wrapped-key.ts';
import { createRootKeyChangeTable } from '../../platform/root-key/change-record.ts';
import type { CloudDatabase } from './schema.ts';

/** One statement each; what stands here was run somewhere, so it is added to and never edited. */
const FIRST = [
  sql`create table people (id text primary key, name text not null unique) strict`,
  sql`create table resources (
    id text primary key,
    owner text not null references people (id),
    name text not null,
    size integer not null,
    created_at text not null
  ) strict`,
  sql`create table registry (
    resource text primary key references resources (id),
    key_file text not null,
    key_version integer not null
  ) strict`,
  sql`create table files (
    resource text primary key references resources (id),
    owner text not null references people (id),
    name text not null,
    size integer not null,
    blob text not null unique,
    enc_size integer not null,
    key_file text not null,
    mac text not null,
    changed_at text not null,
    unique (owner, name)
  ) strict`,
  sql`create table shares (
    id text primary key,
    resource text not null references resources (id),
    with_name text not null,
    role text not null check (role in ('reader', 'writer')),
    until text,
    created_at text not null,
    unique (resource, with_name)
  ) strict`,
  sql`create index shares_with on shares (with_name)`,
  sql`create index resources_owner on resources (owner)`,
  sql`create table unnamed_blobs (blob text primary key) strict`,
  sql`create table signing_keys (kind text primary key, sealed blob not null) strict`,
];

/** Says of each stored wrapped key what it hangs on, so that the KMS can ask for those of one version. */
const wrappedKeys: Migration = {
  async up(database: Kysely<unknown>) {
    const columns = sql`kek_id text not null default ''`;
    await sql`alter table registry add column ${columns}`.execute(database);
    await sql`alter table files add column ${columns}`.execute(database);
    await sql`alter table files add column key_version integer not null default 0`.execute(database);
    await claimVersions(database as CloudDatabase, 'registry');
    await claimVersions(database as CloudDatabase, 'files');
    for (const table of ['registry', 'files']) {
      await sql`create index ${sql.ref(`${table}_by_kek`)} on ${sql.table(table)} (kek_id, key_version, resource)`.execute(
        database,
      );
    }
  },
};

async function claimVersions(database: CloudDatabase, table: 'registry' | 'files'): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await database
      .selectFrom(table)
      .select(['resource', 'key_file'])
      .where('resource', '>', after)
      .orderBy('resource')
      .limit(500)
      .execute();
    for (const { resource, key_file } of rows) {
      const { keyId, version } = claimedKekVersion(parseKeyFile(key_file).wrapped_key);
      await database
        .updateTable(table)
        .set({ kek_id: keyId, key_version: version })
        .where('resource', '=', resource)
        .execute();
    }
    const last = rows.at(-1);
    if (!last) return;
    after = last.resource;
  }
}

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-cloud': {
    async up(database: Kysely<unknown>) {
      for (const statement of FIRST) await statement.execute(database);
    },
  },
  '0002-wrapped-keys': wrappedKeys,
  '0003-root-key-change': { up: createRootKeyChangeTable },
};
