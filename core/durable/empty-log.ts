import { type Kysely, sql } from 'kysely';

/**
 * Empties SQLite's write-ahead log, which has pages as they were before what stood there was overwritten. It waits for
 * nobody, since waiting would hold this thread.
 * @returns false where it is not empty, because somebody reads the database as it was: try again later.
 */
export function emptyLog<Schema>(database: Kysely<Schema>): Promise<boolean> {
  return database.connection().execute(async (connection) => {
    const waits = await sql<{ readonly timeout: number }>`PRAGMA busy_timeout`.execute(connection);
    await sql`PRAGMA busy_timeout = 0`.execute(connection);
    try {
      const { rows } = await sql<{
        readonly busy: number;
      }>`PRAGMA wal_checkpoint(TRUNCATE)`.execute(connection);
      return rows[0]?.busy === 0;
    } finally {
      await sql`PRAGMA busy_timeout = ${sql.lit(waits.rows[0]?.timeout ?? 0)}`.execute(connection);
    }
  });
}
