import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import {
  type DatabaseConnection,
  Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import { SealkeepError } from '../../shared/errors/error.ts';

const PRAGMAS =
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON';
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
/** How long one waits for another's transaction. */
const BUSY_MS = 5000;

/**
 * Opens a SQLite database for Kysely: write-ahead log, every commit synced, foreign keys held, what is
 * deleted overwritten.
 * There is one connection: inside a transaction use the transaction, never the database, or both wait for ever.
 * @param file its path, or `:memory:`.
 * @param isExclusive whether nobody else may have it open while this one has.
 * @param isReadOnly whether it is only looked at, as it is: it has to be there, and nothing of it changes.
 * @throws SealkeepError DATA_FOLDER_BUSY where somebody else has it exclusively, or anyhow where this one would.
 */
export function openSqlite<Schema>(
  file: string,
  { isExclusive = false, isReadOnly = false } = {},
): Kysely<Schema> {
  // SQLite would make it readable for everyone; its log and index take over what the file has.
  if (file !== ':memory:' && !isReadOnly) closeSync(openSync(file, 'a', 0o600));
  const connection = new DatabaseSync(file, { timeout: isExclusive ? 0 : BUSY_MS, readOnly: isReadOnly });
  try {
    // A lock of the database file itself: it holds whatever folder the other one was started for.
    if (isExclusive) connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    if (!isReadOnly) connection.exec(PRAGMAS);
  } catch (cause) {
    connection.close();
    const isBusy = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
    if (!isBusy) throw cause;
    throw new SealkeepError('DATA_FOLDER_BUSY', { folder: path.dirname(file) }, { cause });
  }
  const dialect = new TransactionalSqliteDialect(
    { database: { close: () => connection.close(), prepare: preparing(connection) } },
    connection,
  );
  return new Kysely<Schema>({ dialect });
}

/** How many prepared statements are kept: those of the calls that come all the time. */
const KEPT_STATEMENTS = 200;

/** Prepares each text once and keeps it while it is used; the one that was used longest ago goes. */
function preparing(connection: DatabaseSync): SqliteDatabase['prepare'] {
  const kept = new Map<string, SqliteStatement>();
  return (sql) => {
    const statement = kept.get(sql) ?? prepare(connection, sql);
    kept.delete(sql);
    kept.set(sql, statement);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_STATEMENTS && oldest !== undefined) kept.delete(oldest);
    return statement;
  };
}

function prepare(connection: DatabaseSync, sql: string): SqliteStatement {
  const statement = connection.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (values) => statement.all(...bound(values)),
    run: (values) => statement.run(...bound(values)),
    // It lasts as long as whoever iterates wants, so it is nobody else's.
    iterate: (values) => connection.prepare(sql).iterate(...bound(values)),
  };
}

/** Kysely leaves SQLite's migrations outside transactions, though SQLite changes schemas in them as it does rows. */
class TransactionalSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #connection: DatabaseSync;

  constructor(config: SqliteDialectConfig, connection: DatabaseSync) {
    super(config);
    this.#config = config;
    this.#connection = connection;
  }

  override createDriver(): SqliteDriver {
    return new EndedSqliteDriver(this.#config, this.#connection);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** SQLite ends a transaction itself when the disk is full: there is nothing to roll back then, which is no error. */
class EndedSqliteDriver extends SqliteDriver {
  readonly #connection: DatabaseSync;

  constructor(config: SqliteDialectConfig, connection: DatabaseSync) {
    super(config);
    this.#connection = connection;
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#connection.isTransaction) await super.rollbackTransaction(connection);
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

/** Whether that is SQLite's word for a full disk; what it was about to write is not there then. */
export function isFullDatabase(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL;
}
