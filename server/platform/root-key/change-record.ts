import { type Kysely, sql } from 'kysely';
import type { AtRest } from '../../../core/crypto/at-rest.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { formatRootKeySource, type RootKeySource } from '../config/root-key-setting.ts';

/**
 * Where a change of the root key stands.
 * - `preparing`: nothing rests under the new one, whose file may be there or not;
 * - `rewrapping`: its file is there for good, and some secrets rest under it;
 * - `done`: all do.
 */
type ChangeState = 'preparing' | 'rewrapping' | 'done';

/** The one row that a server's database has of it, the newest change's; each server's schema has this table. */
export interface RootKeyChangeTable {
  root_key_change: {
    /** 1: there is one row. */
    id: number;
    state: ChangeState;
    /** `file:PATH` or `passphrase:PATH`, the key before it and the new one. */
    present: string;
    next: string;
    /** Opens under the new key alone; null while preparing. */
    check_value: Uint8Array | null;
  };
}

export type ChangeRecord = RootKeyChangeTable['root_key_change'];
type Database = Kysely<RootKeyChangeTable>;

const CHECK_PLACE = { table: 'root_key_change', column: 'check_value', row: '1' };

/** For a migration of each server. */
export async function createRootKeyChangeTable(database: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE root_key_change (
    id integer PRIMARY KEY CHECK (id = 1),
    state text NOT NULL CHECK (state IN ('preparing', 'rewrapping', 'done')),
    present text NOT NULL,
    next text NOT NULL,
    check_value blob
  ) STRICT`.execute(database);
}

export function readChangeRecord(database: Database): Promise<ChangeRecord | undefined> {
  return database.selectFrom('root_key_change').selectAll().executeTakeFirst();
}

/** In place of the record of the change before. */
export async function beginChange(
  database: Database,
  present: RootKeySource,
  next: RootKeySource,
): Promise<void> {
  const begun = {
    state: 'preparing' as const,
    present: formatRootKeySource(present),
    next: formatRootKeySource(next),
    check_value: null,
  };
  await database
    .insertInto('root_key_change')
    .values({ id: 1, ...begun })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(begun))
    .execute();
}

/** The new key could not be made: nothing changes. */
export async function giveUpChange(database: Database): Promise<void> {
  await database.deleteFrom('root_key_change').where('state', '=', 'preparing').execute();
}

/** From here on secrets may rest under the new key. */
export async function beginRewrapping(database: Database, next: AtRest): Promise<void> {
  const check_value = next.seal(CHECK_PLACE, Buffer.from('root key'));
  await database.updateTable('root_key_change').set({ state: 'rewrapping', check_value }).execute();
}

/** Whether this is the key that the change began with. */
export function isNextKey(next: AtRest, { check_value }: ChangeRecord): boolean {
  const opened = check_value ? next.tryOpen(CHECK_PLACE, check_value) : undefined;
  opened?.destroy();
  return opened !== undefined;
}

export async function endChange(transaction: Database): Promise<void> {
  await transaction.updateTable('root_key_change').set({ state: 'done' }).execute();
}

/** @throws SealkeepError ROOT_KEY_CHANGE_UNFINISHED: no one key opens everything here, so no server may start. */
export async function assertNoChangeUnderWay(database: Database): Promise<void> {
  const record = await readChangeRecord(database);
  if (record && record.state !== 'done') {
    throw new SealkeepError('ROOT_KEY_CHANGE_UNFINISHED', { next: record.next });
  }
}
