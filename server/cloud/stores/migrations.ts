import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

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

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-cloud': {
    async up(database: Kysely<unknown>) {
      for (const statement of FIRST) await statement.execute(database);
    },
  },
};
