import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { SealkeepError } from '../../shared/errors/error.ts';
import { codeOf } from './publish.ts';
import { type SyncingDatabase, SyncingSqliteDialect } from './syncing-dialect.ts';
import { createWalSync, type WalSync, type WalSyncOptions } from './wal-sync.ts';

const PRAGMAS =
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON';
/**
 * KiB at the most: names are random, so a batch meets pages all over its tables. SQLite's own 2 MiB hold too few of them
 * (docs/decisions/0030-speed-of-the-key-service.md).
 */
const CACHE = 'PRAGMA cache_size = -16384';
/** SQLite syncs its checkpoints then, in their order, and leaves the commits to us. */
const OWN_SYNC = 'PRAGMA synchronous = NORMAL';
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
/** How long one waits for another's transaction. */
const BUSY_MS = 5000;

interface SqliteOptions extends WalSyncOptions {
  /** Whether nobody else may have it open while this one has. */
  readonly isExclusive?: boolean;
  /** Whether it is only looked at, as it is: it has to be there, and nothing of it changes. */
  readonly isReadOnly?: boolean;
}

/**
 * Opens a SQLite database for Kysely: write-ahead log, foreign keys held, what is deleted overwritten. What was written,
 * or read, is on disk when the promise of the query, or of the transaction, resolves. After a sync that failed nobody
 * knows what is, and every query fails with STORE_LOST until the database is opened anew.
 * There is one connection: inside a transaction use the transaction, never the database, or both wait for ever.
 * @param file its path, or `:memory:`.
 * @throws SealkeepError DATA_FOLDER_BUSY where somebody else has it exclusively, or anyhow where this one would.
 */
export function openSqlite<Schema>(
  file: string,
  { isExclusive = false, isReadOnly = false, ...options }: SqliteOptions = {},
): Kysely<Schema> {
  if (file !== ':memory:' && !isReadOnly) makePrivate(file);
  const connection = new DatabaseSync(file, { timeout: isExclusive ? 0 : BUSY_MS, readOnly: isReadOnly });
  try {
    // A lock of the database file itself: it holds whatever folder the other one was started for.
    if (isExclusive) connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    if (!isReadOnly) connection.exec(`${PRAGMAS}; ${CACHE}`);
    const wal = isReadOnly ? undefined : walSyncOf(connection, file, options);
    return new Kysely<Schema>({ dialect: new SyncingSqliteDialect(syncing(connection, wal)) });
  } catch (cause) {
    connection.close();
    const isBusy = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
    if (!isBusy) throw cause;
    throw new SealkeepError('DATA_FOLDER_BUSY', { folder: path.dirname(file) }, { cause });
  }
}

/** Where there is no write-ahead log, in memory and on some network disks, SQLite goes on to sync its commits itself. */
function walSyncOf(connection: DatabaseSync, file: string, options: WalSyncOptions): WalSync | undefined {
  const mode = connection.prepare('PRAGMA journal_mode').get();
  if (mode?.['journal_mode'] !== 'wal') return undefined;
  // The log is there once anything was looked at.
  connection.exec(`${OWN_SYNC}; SELECT count(*) FROM sqlite_schema`);
  return createWalSync(`${file}-wal`, options);
}

function syncing(connection: DatabaseSync, wal: WalSync | undefined): SyncingDatabase {
  let isWritten = false;
  const prepare = preparing(connection, () => {
    isWritten = true;
  });
  return {
    prepare,
    wal,
    close: () => connection.close(),
    isInTransaction: () => connection.isTransaction,
    takeWritten() {
      const was = isWritten;
      isWritten = false;
      return was;
    },
  };
}

/**
 * SQLite would make it readable for everyone; its log and index take over what the file has. One that is there is not
 * even opened: to close it would take this process's locks from whoever has it open already (POSIX).
 */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** How many prepared statements are kept: those of the calls that come all the time. */
const KEPT_STATEMENTS = 200;

/** Prepares each text once and keeps it while it is used; the one that was used longest ago goes. */
function preparing(connection: DatabaseSync, onWrite: () => void): SqliteDatabase['prepare'] {
  const kept = new Map<string, SqliteStatement>();
  return (sql) => {
    const statement = kept.get(sql) ?? prepare(connection, sql, onWrite);
    kept.delete(sql);
    kept.set(sql, statement);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_STATEMENTS && oldest !== undefined) kept.delete(oldest);
    return statement;
  };
}

function prepare(connection: DatabaseSync, sql: string, onWrite: () => void): SqliteStatement {
  const statement = connection.prepare(sql);
  // What begins otherwise may write; where it did not, a sync has nothing to do.
  const told = /^\s*select\b/i.test(sql) ? () => undefined : onWrite;
  return {
    reader: statement.columns().length > 0,
    all(values) {
      told();
      return statement.all(...bound(values));
    },
    run(values) {
      told();
      return statement.run(...bound(values));
    },
    // It lasts as long as whoever iterates wants, so it is nobody else's.
    iterate: (values) => connection.prepare(sql).iterate(...bound(values)),
  };
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
