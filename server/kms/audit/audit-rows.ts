import type { Selectable } from 'kysely';
import type { AuditEntry } from '../../../shared/formats/audit-entry.ts';
import type { KmsSchema } from '../store/schema.ts';

/** An entry as its columns have it. */
type EntryRow = Omit<Selectable<KmsSchema['audit']>, 'salt' | 'inner' | 'link'>;

/** The columns that an entry is made of. */
export const ENTRY_COLUMNS = [
  'seq',
  'at',
  'request_id',
  'address',
  'actor',
  'operation',
  'resource_name',
  'reason',
  'decision',
  'code',
  'delegated_to',
  'count',
] as const satisfies readonly (keyof EntryRow)[];

/** The entry that a row holds. Its members stand in the order that canonical JSON has (`entryText`). */
export function entryOf(row: EntryRow): AuditEntry {
  return {
    actor: row.actor,
    address: row.address,
    at: new Date(row.at).toISOString(),
    code: row.code ?? undefined,
    count: row.count ?? undefined,
    decision: row.decision,
    delegated_to: row.delegated_to ?? undefined,
    operation: row.operation,
    reason: row.reason,
    request_id: row.request_id,
    resource_name: row.resource_name ?? undefined,
    seq: row.seq,
  };
}

/**
 * `canonicalEntry` of a row, in a fifth of its time, which each wrap pays: the members are in their order already, and
 * are flat.
 */
export function entryText(row: EntryRow): string {
  return JSON.stringify(entryOf(row));
}
