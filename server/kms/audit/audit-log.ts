import type { ErrorCode } from '../../../shared/errors/codes.ts';
import type { Call } from '../../platform/http/call.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';

/** One decision: who asked for what, and what was answered. */
interface AuditEntry {
  readonly actor: string;
  readonly operation: string;
  readonly resourceName?: string;
  /** The caller's own words, kept as they came; whoever shows them escapes them. */
  readonly reason?: string;
  /** To whom the actor had delegated, or delegates. */
  readonly delegatedTo?: string | undefined;
  /** Why it was refused; absent where it was allowed. */
  readonly refused?: ErrorCode;
}

/** The same, with the call that it was decided on. */
export interface AuditEntryOfCall extends AuditEntry {
  readonly call: Call;
}

export interface AuditLog {
  /**
   * Adds entries. They are durable once this resolves, or, in a transaction, once that commits: answer after, not before.
   */
  append(call: Call, entries: readonly AuditEntry[], transaction?: KmsTransaction): Promise<void>;
  /** The same for entries of several calls, whose transaction is one. */
  appendAll(entries: readonly AuditEntryOfCall[], transaction?: KmsTransaction): Promise<void>;
}

/** SQLite's limit of bound values lies at 32,766; eleven stand in each entry. */
const ROWS_AT_ONCE = 1000;

export function createAuditLog(database: KmsDatabase, now: () => Date): AuditLog {
  async function appendAll(
    entries: readonly AuditEntryOfCall[],
    transaction?: KmsTransaction,
  ): Promise<void> {
    const rows = entries.map((entry) => ({
      at: now().getTime(),
      request_id: entry.call.requestId,
      address: entry.call.address,
      actor: entry.actor,
      operation: entry.operation,
      resource_name: entry.resourceName ?? null,
      reason: entry.reason ?? '',
      decision: entry.refused ? ('refused' as const) : ('allowed' as const),
      code: entry.refused ?? null,
      delegated_to: entry.delegatedTo ?? null,
    }));
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      const some = rows.slice(start, start + ROWS_AT_ONCE);
      await (transaction ?? database).insertInto('audit').values(some).execute();
    }
  }
  return {
    appendAll,
    append: (call, entries, transaction) =>
      appendAll(
        entries.map((entry) => ({ ...entry, call })),
        transaction,
      ),
  };
}
