import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Versions of a KEK that are more than one, and the census of what hangs on them. Until now every KEK had one version
 * and every wrap was made under it, so what is there is counted from the resources; wraps of older generations are
 * counted too, for their pairs may still lie on somebody's disk.
 */
export const keyring: Migration = {
  async up(database: Kysely<unknown>) {
    for (const statement of [
      sql`ALTER TABLE keks ADD COLUMN active_version integer NOT NULL DEFAULT 1`,
      sql`ALTER TABLE kek_versions ADD COLUMN due_at bigint`,
      sql`DROP INDEX one_active_version`,
      sql`UPDATE kek_versions SET status = 'readable' WHERE status = 'active'`,
      sql`CREATE TABLE census (
        realm text NOT NULL,
        resource_name text NOT NULL,
        generation integer NOT NULL,
        kek_id text NOT NULL,
        version integer NOT NULL,
        is_needed integer NOT NULL DEFAULT 1,
        PRIMARY KEY (realm, resource_name, generation, kek_id, version),
        FOREIGN KEY (kek_id, version) REFERENCES kek_versions (kek_id, version)
      ) WITHOUT ROWID`,
      sql`CREATE INDEX census_by_version ON census (kek_id, version, is_needed)`,
      sql`ALTER TABLE kek_versions ADD COLUMN revoked_at bigint`,
      sql`INSERT INTO census (realm, resource_name, generation, kek_id, version)
        WITH RECURSIVE wraps (realm, name, generation) AS (
          SELECT realm, name, generation FROM resources
          UNION ALL SELECT realm, name, generation - 1 FROM wraps WHERE generation > 1
        )
        SELECT wraps.realm, wraps.name, wraps.generation, keks.id, 1
        FROM wraps JOIN keks ON keks.realm = wraps.realm AND keks.is_first = 1
          AND (keks.owner_id IS NULL OR keks.owner_id = substr(wraps.name, length('//sealkeep/') + 1, 22))`,
    ]) {
      await statement.execute(database);
    }
  },
};
