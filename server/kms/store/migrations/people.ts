import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Who may do what: roles, invitations, authenticators that are replaced, and what people are told at their next login.
 * Of the people who are there already the one who came first becomes administrator.
 */
export const people: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of [
      sql`ALTER TABLE users ADD COLUMN role text NOT NULL DEFAULT 'member'`,
      sql`ALTER TABLE users ADD COLUMN is_setup integer NOT NULL DEFAULT 0`,
      sql`ALTER TABLE users ADD COLUMN invitation_id text`,
      sql`UPDATE users SET role = 'administrator' WHERE id =
        (SELECT id FROM users WHERE state = 'active' ORDER BY created_at, rowid LIMIT 1)`,
      sql`ALTER TABLE logins ADD COLUMN device_name text`,
      sql`CREATE TABLE setup_code (
        hash blob NOT NULL PRIMARY KEY,
        created_at bigint NOT NULL
      ) WITHOUT ROWID`,
      sql`CREATE TABLE invitations (
        id text NOT NULL PRIMARY KEY,
        hash blob NOT NULL UNIQUE,
        created_by text NOT NULL REFERENCES users (id),
        until bigint NOT NULL,
        created_at bigint NOT NULL
      ) WITHOUT ROWID`,
      sql`CREATE TABLE authenticator_resets (
        user_id text NOT NULL PRIMARY KEY REFERENCES users (id),
        hash blob NOT NULL,
        until bigint NOT NULL
      ) WITHOUT ROWID`,
      sql`CREATE TABLE authenticator_enrolments (
        user_id text NOT NULL PRIMARY KEY REFERENCES users (id),
        totp_secret blob NOT NULL,
        ticket_hash blob NOT NULL,
        failures integer NOT NULL DEFAULT 0,
        created_at bigint NOT NULL
      ) WITHOUT ROWID`,
      sql`CREATE TABLE notices (
        id text NOT NULL PRIMARY KEY,
        user_id text NOT NULL REFERENCES users (id),
        kind text NOT NULL,
        made_by text NOT NULL,
        at bigint NOT NULL,
        shown_in text
      ) WITHOUT ROWID`,
      sql`CREATE INDEX notices_by_user ON notices (user_id)`,
    ]) {
      await statement.execute(database);
    }
  },
};
