import { open } from 'node:fs/promises';
import { sql } from 'kysely';
import { openSqlite } from '../../core/durable/sqlite.ts';

/**
 * Copies a database as it is at one moment, also while a server writes to it, and without what was deleted in it.
 * @param target a file that is not there; it is for its owner only, and not synced.
 * @throws SealkeepError DATA_FOLDER_BUSY where somebody has the database to themselves.
 */
export async function snapshotDatabase(file: string, target: string): Promise<void> {
  // SQLite takes an empty file as well, and this one is not everyone's to read.
  await (await open(target, 'wx', 0o600)).close();
  const database = openSqlite(file);
  try {
    await sql`VACUUM INTO ${target}`.execute(database);
  } finally {
    await database.destroy();
  }
}
