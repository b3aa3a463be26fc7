import { type Kysely, sql } from 'kysely';

/** Empties SQLite's write-ahead log, which has pages as they were before what stood there was overwritten. */
export async function emptyLog<Schema>(database: Kysely<Schema>): Promise<void> {
  await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(database);
}
