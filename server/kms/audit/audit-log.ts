import { CompiledQuery } from 'kysely';
import { type ChainHead, chainEntry, NO_ENTRIES } from '../../../core/audit/chain.ts';
import { CHECKPOINT_EVERY } from '../../../core/audit/checkpoint.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import type { Call } from '../../platform/http/call.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { ENTRY_COLUMNS, entryText } from './audit-rows.ts';
import { createRefusalCounter } from './count-refusals.ts';

/** One decision: who asked for what, and what was answered. */
interface Decided {
  readonly actor: string;
  readonly operation: string;
  readonly resourceName?: string;
  /** The caller's own words, kept as they came; whoever shows them escapes them. */
  readonly reason?: string;
  /** To whom the actor had delegated, or delegates. */
  readonly delegatedTo?: string | undefined;
  /** Why it was refused; absent where it was allowed. */
  readonly refused?: ErrorCode;
  /** How many calls it stands for; one where it is absent. */
  readonly count?: number;
}

/** The same, with the call that it was decided on. */
export interface AuditEntryOfCall extends Decided {
  readonly call: Call;
}

export interface AuditLog {
  /**
   * Adds entries, each chained to the one before (docs/audit-log.md). They are durable once this resolves, or, in a
   * transaction, once that commits: answer after, not before.
   */
  append(call: Call, entries: readonly Decided[], transaction?: KmsTransaction): Promise<void>;
  /** The same for entries of several calls, whose transaction is one. */
  appendAll(entries: readonly AuditEntryOfCall[], transaction?: KmsTransaction): Promise<void>;
  /** Counts a refusal in place of an entry of its own (`isCounted`), under the caller's name where it is known. */
  countRefused(call: Call, actor?: string): void;
  /** Writes down what was counted; durable once this resolves. */
  keepCounted(): Promise<void>;
}

/** Signs where the chain stands. */
export interface CheckpointSigner {
  sign(head: ChainHead): { readonly seq: number; readonly at: number; readonly jws: string };
}

/** SQLite's limit of bound values lies at 32,766. */
const ROWS_AT_ONCE = 1000;
const COLUMNS = [...ENTRY_COLUMNS, 'salt', 'inner', 'link'];
const ROW = `(${COLUMNS.map(() => '?').join(', ')})`;
/** This and the insertion belong to every wrap: a query that is built each time costs more than the hashes. */
const HEAD = CompiledQuery.raw('SELECT seq, link FROM audit ORDER BY seq DESC LIMIT 1');

/** @param signer signs checkpoints; without one they are left to the next start. */
export function createAuditLog(database: KmsDatabase, now: () => Date, signer?: CheckpointSigner): AuditLog {
  async function add(transaction: KmsTransaction, entries: readonly AuditEntryOfCall[]): Promise<void> {
    const before = await headOf(transaction);
    const at = now().getTime();
    let head = before;
    const values: unknown[] = [];
    for (const entry of entries) {
      const row = { ...columnsOf(entry), seq: head.seq + 1, at };
      const { salt, inner, link } = chainEntry(head.link, entryText(row));
      for (const column of ENTRY_COLUMNS) values.push(row[column]);
      values.push(salt, inner, link);
      head = { seq: row.seq, link };
    }
    await transaction.executeQuery(CompiledQuery.raw(insertText(entries.length), values));
    if (signer && thousandsOf(head) > thousandsOf(before)) {
      await transaction.insertInto('audit_checkpoints').values(signer.sign(head)).execute();
    }
  }

  const appendAll: AuditLog['appendAll'] = async (entries, transaction) => {
    if (!transaction) {
      await database.transaction().execute((own) => appendAll(entries, own));
      return;
    }
    for (let start = 0; start < entries.length; start += ROWS_AT_ONCE) {
      await add(transaction, entries.slice(start, start + ROWS_AT_ONCE));
    }
  };
  const counter = createRefusalCounter(appendAll);
  return {
    append: (call, entries, transaction) =>
      appendAll(
        entries.map((entry) => ({ ...entry, call })),
        transaction,
      ),
    appendAll,
    countRefused: counter.count,
    keepCounted: counter.keep,
  };
}

/**
 * Where the chain ends, as whoever asks sees it: inside a transaction with what that one added, so that a savepoint or a
 * group that is rolled back leaves the chain as it was.
 */
export async function headOf(database: KmsDatabase): Promise<ChainHead> {
  const { rows } = await database.executeQuery<ChainHead>(HEAD);
  return rows[0] ?? NO_ENTRIES;
}

/** SQLite stores no lone surrogates, so the hash is made without them, too. */
function columnsOf({ call, ...entry }: AuditEntryOfCall) {
  return {
    request_id: call.requestId,
    address: call.address.toWellFormed(),
    actor: entry.actor.toWellFormed(),
    operation: entry.operation,
    resource_name: entry.resourceName?.toWellFormed() ?? null,
    reason: entry.reason?.toWellFormed() ?? '',
    decision: entry.refused ? ('refused' as const) : ('allowed' as const),
    code: entry.refused ?? null,
    delegated_to: entry.delegatedTo?.toWellFormed() ?? null,
    count: entry.count ?? null,
  };
}

function insertText(rows: number): string {
  return `INSERT INTO audit (${COLUMNS.join(', ')}) VALUES ${Array<string>(rows).fill(ROW).join(', ')}`;
}

function thousandsOf({ seq }: ChainHead): number {
  return Math.floor(seq / CHECKPOINT_EVERY);
}
