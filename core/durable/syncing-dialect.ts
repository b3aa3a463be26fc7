import {
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import type { WalSync } from './wal-sync.ts';

/** A database with one connection that is lent to one user after the other. */
export interface SyncingDatabase extends SqliteDatabase {
  /** Whether anything was written, or may have been, since this was asked last. */
  takeWritten(): boolean;
  isInTransaction(): boolean;
  /** Undefined where SQLite syncs its commits itself. */
  readonly wal: WalSync | undefined;
}

/**
 * SQLite for Kysely, with commits that are synced off this thread: whoever has written waits for the disk, and so does
 * whoever has read it meanwhile. The connection goes to the next before that
 * (docs/decisions/0030-speed-of-the-key-service.md).
 */
export class SyncingSqliteDialect extends SqliteDialect {
  readonly #database: SyncingDatabase;

  constructor(database: SyncingDatabase) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): SqliteDriver {
    return new SyncingSqliteDriver(this.#database);
  }

  override createAdapter(): SqliteAdapter {
    return new SyncingSqliteAdapter();
  }
}

class SyncingSqliteDriver extends SqliteDriver {
  readonly #database: SyncingDatabase;
  readonly #waiting: (() => void)[] = [];
  #isLent = false;

  constructor(database: SyncingDatabase) {
    super({ database });
    this.#database = database;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    if (this.#isLent) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isLent = true;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    const isWritten = this.#database.takeWritten();
    const next = this.#waiting.shift();
    if (next) next();
    else this.#isLent = false;
    await (isWritten ? this.#database.wal?.sync() : this.#database.wal?.settled());
  }

  /** SQLite ends a transaction itself when the disk is full: there is nothing to roll back then, which is no error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isInTransaction()) await super.rollbackTransaction(connection);
  }

  override async destroy(): Promise<void> {
    await this.#database.wal?.close();
    await super.destroy();
  }
}

class SyncingSqliteAdapter extends SqliteAdapter {
  /** The driver keeps to one connection by itself: Kysely would lend it to nobody while a commit is synced. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** Kysely leaves SQLite's migrations outside transactions, though SQLite changes schemas in them as it does rows. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
