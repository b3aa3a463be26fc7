import { type Kysely, sql } from 'kysely';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import type { Secret } from '../../core/crypto/secret.ts';
import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { assertNoChangeUnderWay, type RootKeyChangeTable } from '../platform/root-key/change-record.ts';
import { countClosed } from '../platform/root-key/count-closed.ts';
import type { ServerName } from './entries.ts';
import { SERVER_DATABASES } from './server-databases.ts';

type Database = Kysely<RootKeyChangeTable>;

/**
 * Looks through a copy of a server's database that nobody else has open, and brings it up to date.
 * @param rootKey where one is there to try.
 * @throws SealkeepError BACKUP_DAMAGED, BACKUP_TOO_NEW, ROOT_KEY_CHANGE_UNFINISHED, and CONFIG_INVALID where the root key is
 *   not the one that everything in it rests under.
 */
export async function checkDatabase(server: ServerName, file: string, rootKey?: Secret): Promise<void> {
  const { migrations } = SERVER_DATABASES[server];
  const database = openSqlite<RootKeyChangeTable>(file);
  try {
    await assertSound(database, server);
    await assertKnown(database, Object.keys(migrations));
    await migrate(database, migrations);
    await assertNoChangeUnderWay(database);
    if (rootKey) await assertOpens(server, database, rootKey);
  } finally {
    await database.destroy();
  }
}

async function assertSound(database: Database, server: ServerName): Promise<void> {
  const whole = await sql<{ readonly integrity_check: string }>`PRAGMA integrity_check(1)`.execute(database);
  const strays = await sql`PRAGMA foreign_key_check`.execute(database);
  if (whole.rows[0]?.integrity_check === 'ok' && strays.rows.length === 0) return;
  throw new SealkeepError('BACKUP_DAMAGED', {
    reason: `the database of the ${server} does not hold together`,
  });
}

async function assertKnown(database: Database, known: readonly string[]): Promise<void> {
  const { rows } = await sql<{ readonly name: string }>`SELECT name FROM kysely_migration`.execute(database);
  if (!rows.every(({ name }) => known.includes(name))) throw new SealkeepError('BACKUP_TOO_NEW');
}

async function assertOpens(server: ServerName, database: Database, rootKey: Secret): Promise<void> {
  const { columns, rootKeySetting } = SERVER_DATABASES[server];
  const closed = await countClosed(database, columns, createAtRest(rootKey));
  if (closed === 0) return;
  const reason = `the root key is not the one that the secrets in the database of the ${server} rest under`;
  throw new SealkeepError('CONFIG_INVALID', { name: rootKeySetting, reason });
}
