import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';

/**
 * Opens a SQLite database for Kysely: write-ahead log, every commit synced, foreign keys held, what is
 * deleted overwritten.
 * There is one connection: inside a transaction use the transaction, never the database, or both wait for ever.
 * @param file its path, or `:memory:`.
 */
export function openSqlite<Schema>(file: string): Kysely<Schema> {
  // SQLite would make it readable for everyone; its log and index take over what the file has.
  if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600));
  const connection = new DatabaseSync(file, { timeout: 5000 });
  connection.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON',
  );
  const dialect = new TransactionalSqliteDialect({
    database: {
      close: () => connection.close(),
      prepare: (sql) => {
        const statement = connection.prepare(sql);
        return {
          reader: statement.columns().length > 0,
          all: (values) => statement.all(...bound(values)),
          run: (values) => statement.run(...bound(values)),
          iterate: (values) => statement.iterate(...bound(values)),
        };
      },
    },
  });
  return new Kysely<Schema>({ dialect });
}

/** Kysely leaves SQLite's migrations outside transactions, though SQLite changes schemas in them as it does rows. */
class TransactionalSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** node:sqlite takes an object in first place as named parameters and stores NULL: such values stop here. */
function bound(values: readonly unknown[]): SQLInputValue[] {
  return values.map((value) => {
    switch (typeof value) {
      case 'string':
      case 'number':
      case 'bigint':
        return value;
      case 'boolean':
        return value ? 1 : 0;
      default:
        if (value === null || value instanceof Uint8Array) return value;
        throw new TypeError(`a ${typeof value} cannot be stored`);
    }
  });
}
