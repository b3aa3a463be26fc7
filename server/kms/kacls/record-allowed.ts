import type { Call } from '../../platform/http/call.ts';
import type { AuditEntryOfCall, AuditLog } from '../audit/audit-log.ts';
import type { Draft } from '../audit/recorded.ts';
import { sliced } from '../keyring/in-slices.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';

/** R-LOG for what is allowed: an entry for each resource. */
export function allowedEntries(
  call: Call,
  { actor, operation, reason, delegatedTo }: Draft,
  resourceNames: readonly string[],
): AuditEntryOfCall[] {
  return resourceNames.map((resourceName) => ({ call, actor, operation, reason, delegatedTo, resourceName }));
}

/** Writes entries of any number of calls, all in one transaction. */
export async function recordAllowed(
  { audit }: { readonly audit: AuditLog },
  entries: readonly AuditEntryOfCall[],
  transaction: KmsTransaction,
): Promise<void> {
  for await (const some of sliced(entries)) await audit.appendAll(some, transaction);
}

/** Writes entries of one call, together with those of others; they are durable when it resolves. */
export type RecordTogether = (entries: readonly AuditEntryOfCall[]) => Promise<void>;

export function createRecordTogether(parts: Pick<KmsParts, 'audit' | 'commits'>): RecordTogether {
  async function recordAll(transaction: KmsTransaction, calls: readonly (readonly AuditEntryOfCall[])[]) {
    await recordAllowed(parts, calls.flat(), transaction);
    return calls.map(() => undefined);
  }
  return (entries) => parts.commits.share(recordAll, entries);
}
