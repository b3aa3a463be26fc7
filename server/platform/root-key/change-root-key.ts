import type { Kysely, Transaction } from 'kysely';
import { type AtRest, createAtRest } from '../../../core/crypto/at-rest.ts';
import type { Secret } from '../../../core/crypto/secret.ts';
import { emptyLog } from '../../../core/durable/empty-log.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { formatRootKeySource, type RootKeySource, rootKeySource } from '../config/root-key-setting.ts';
import {
  beginChange,
  beginRewrapping,
  type ChangeRecord,
  endChange,
  giveUpChange,
  isNextKey,
  type RootKeyChangeTable,
  readChangeRecord,
} from './change-record.ts';
import { countClosed } from './count-closed.ts';
import { assertNameFree, existingRootKey } from './load-root-key.ts';
import { countResting, type RestingColumn, replaceSealed, restingRows } from './resting-columns.ts';
import type { RootKeyProvider } from './root-key-provider.ts';

/** What is durable by now. */
export type ChangeStep =
  | { readonly kind: 'begun' | 'key made' | 'rewrapping' | 'done' }
  | { readonly kind: 'rewrapped'; readonly done: number; readonly of: number };

export interface RootKeyChange {
  /** Nobody else's while this runs. */
  readonly database: Kysely<RootKeyChangeTable>;
  readonly databaseFile: string;
  /** Everything that rests under the root key. */
  readonly columns: readonly RestingColumn[];
  readonly present: RootKeySource;
  readonly next: RootKeySource;
  readonly providerOf: (source: RootKeySource) => RootKeyProvider;
  tell(step: ChangeStep): void;
  /** Added to the transaction that ends the change: its entry in the audit log. */
  record(transaction: Transaction<RootKeyChangeTable>): Promise<void>;
}

export interface RootKeyChanged {
  /** Secrets that this call carried over; those of a call that was killed are not among them. */
  readonly rewrapped: number;
  /** Secrets that rest under the new key. */
  readonly resting: number;
  /** Where the key before it is kept, as the setting had it. */
  readonly former: string;
}

/**
 * Puts another root key in the present one's place: the new one is made and durable, every secret is sealed anew under
 * it, and at last the database says so. Killed anywhere, the same call goes on where it was: each row opens under the
 * new key or under the present one, and until all are done no server starts (`assertNoChangeUnderWay`).
 * @throws SealkeepError USAGE, ROOT_KEY_TAKEN, ROOT_KEY_CHANGE_UNFINISHED for another than the one under way,
 *   CONFIG_INVALID where the present key does not open everything, and what loading a root key throws.
 */
export async function changeRootKey(change: RootKeyChange): Promise<RootKeyChanged> {
  const { database } = change;
  const record = await readChangeRecord(database);
  const isSame = record?.next === formatRootKeySource(change.next);
  let rewrapped = 0;
  if (record?.state !== 'done' || !isSame) {
    if (record && record.state !== 'done' && !isSame) {
      throw new SealkeepError('ROOT_KEY_CHANGE_UNFINISHED', { next: record.next });
    }
    const keys = await (record && record.state !== 'done' ? resume(change, record) : begin(change));
    rewrapped = await rewrapAll(change, keys);
    await assertAllOpen(change, keys.next, change.next);
    await database.transaction().execute(async (transaction) => {
      await endChange(transaction);
      await change.record(transaction);
    });
    change.tell({ kind: 'done' });
  }
  // The write-ahead log still has the rows as they were under the key before.
  await emptyLog(database);
  const resting = await countResting(database, change.columns);
  const former = record && isSame ? record.present : formatRootKeySource(change.present);
  return { rewrapped, resting, former };
}

interface Keys {
  readonly present: AtRest;
  readonly next: AtRest;
}

async function begin(change: RootKeyChange): Promise<Keys> {
  const { database } = change;
  if (change.present.file === change.next.file) {
    const reason = `${change.next.file} is where the present root key is kept; name another file for the new one.`;
    throw new SealkeepError('USAGE', { reason });
  }
  const provider = change.providerOf(change.next);
  await assertNameFree(provider);
  const present = atRestUnder(await presentKey(change, change.present));
  // Looked at before anything is written: what would not open half-way would leave no way on and none back.
  await assertAllOpen(change, present, change.present);
  const fresh = await provider.make();
  await beginChange(database, change.present, change.next);
  change.tell({ kind: 'begun' });
  try {
    if (!(await fresh.publish())) throw new SealkeepError('ROOT_KEY_TAKEN', { file: change.next.file });
  } catch (error) {
    fresh.key.destroy();
    await giveUpChange(database);
    throw error;
  }
  change.tell({ kind: 'key made' });
  const next = atRestUnder(fresh.key);
  await beginRewrapping(database, next);
  change.tell({ kind: 'rewrapping' });
  return { present, next };
}

async function resume(change: RootKeyChange, record: ChangeRecord): Promise<Keys> {
  const { database } = change;
  // Somebody may have changed the setting before the change was finished.
  const isSetting = formatRootKeySource(change.present) !== record.next;
  const source = isSetting ? change.present : rootKeySource.parse(record.present);
  const present = atRestUnder(await presentKey(change, source));
  const provider = change.providerOf(change.next);
  if (record.state === 'rewrapping') {
    const next = atRestUnder(await existingRootKey(provider, change.databaseFile));
    if (isNextKey(next, record)) return { present, next };
    const reason = `${change.next.file} holds another root key than the one that the change began with`;
    throw new SealkeepError('CONFIG_INVALID', { name: provider.setting, reason });
  }
  // Nothing had that name when the change began, so what is there is the key that it made.
  const next = atRestUnder((await provider.read()) ?? (await publishedKey(provider)));
  await beginRewrapping(database, next);
  change.tell({ kind: 'rewrapping' });
  return { present, next };
}

async function publishedKey(provider: RootKeyProvider): Promise<Secret> {
  const fresh = await provider.make();
  if (await fresh.publish()) return fresh.key;
  throw new SealkeepError('ROOT_KEY_TAKEN', { file: provider.source.file });
}

function presentKey({ providerOf, databaseFile }: RootKeyChange, source: RootKeySource): Promise<Secret> {
  return existingRootKey(providerOf(source), databaseFile);
}

/** The key itself goes: what is derived of it is made by a copy that never leaves OpenSSL. */
function atRestUnder(key: Secret): AtRest {
  const atRest = createAtRest(key);
  key.destroy();
  return atRest;
}

async function rewrapAll(
  { database, columns, tell }: RootKeyChange,
  { present, next }: Keys,
): Promise<number> {
  const of = await countResting(database, columns);
  let done = 0;
  let rewrapped = 0;
  for (const column of columns) {
    for await (const rows of restingRows(database, column)) {
      await database.transaction().execute(async (transaction) => {
        for (const row of rows) {
          const carried = next.tryOpen(row.place, row.sealed);
          carried?.destroy();
          if (carried) continue;
          const secret = present.open(row.place, row.sealed);
          const sealed = secret.use((bytes) => next.seal(row.place, bytes));
          secret.destroy();
          await replaceSealed(transaction, column, row, sealed);
          rewrapped += 1;
        }
      });
      done += rows.length;
      tell({ kind: 'rewrapped', done, of });
    }
  }
  return rewrapped;
}

/** @throws SealkeepError CONFIG_INVALID where a secret does not open under this key alone. */
async function assertAllOpen(
  { database, columns, databaseFile, providerOf }: RootKeyChange,
  atRest: AtRest,
  source: RootKeySource,
): Promise<void> {
  const failed = await countClosed(database, columns, atRest);
  if (failed === 0) return;
  const of = await countResting(database, columns);
  const reason = `${failed} of ${of} secrets in ${databaseFile} do not rest under the root key of ${source.file}`;
  throw new SealkeepError('CONFIG_INVALID', { name: providerOf(source).setting, reason });
}
