import { setImmediate } from 'node:timers/promises';
import type { AuditQuery, AuditReply } from '../../../shared/api/kms/audit.ts';
import type { AuditEntry } from '../../../shared/formats/audit-entry.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { headOf } from './audit-log.ts';
import { ENTRY_COLUMNS, entryOf } from './audit-rows.ts';
import { type AuditReader, readableBy } from './readable.ts';

/**
 * Entries that are looked through at a stretch, and in one call: filters have no index, which every wrap would pay for, so
 * who has few entries in a long log is given them in several pages.
 */
const STRETCH = 5000;
const MOST = 250_000;

/** `GET /audit`: entries that the reader may read, newest first. */
export async function listEntries(
  database: KmsDatabase,
  reader: AuditReader,
  query: AuditQuery,
): Promise<AuditReply> {
  const isReadable = await readableBy(database, reader);
  const { actor, operation, resource_name, decision, from, to, limit } = query;
  const items: AuditEntry[] = [];
  const start = query.before ?? (await headOf(database)).seq + 1;
  let before = start;
  while (before > 1 && items.length < limit && start - before < MOST) {
    if (before < start) await setImmediate();
    const rows = await database
      .selectFrom('audit')
      .select(ENTRY_COLUMNS)
      .where('seq', '<', before)
      .where('seq', '>=', before - STRETCH)
      .where(isReadable)
      .$if(actor !== undefined, (rest) => rest.where('actor', '=', actor ?? ''))
      .$if(operation !== undefined, (rest) => rest.where('operation', '=', operation ?? ''))
      .$if(resource_name !== undefined, (rest) => rest.where('resource_name', '=', resource_name ?? ''))
      .$if(decision !== undefined, (rest) => rest.where('decision', '=', decision ?? 'allowed'))
      .$if(from !== undefined, (rest) => rest.where('at', '>=', Date.parse(from ?? '')))
      .$if(to !== undefined, (rest) => rest.where('at', '<', Date.parse(to ?? '')))
      .orderBy('seq', 'desc')
      .limit(limit - items.length)
      .execute();
    items.push(...rows.map(entryOf));
    before = items.length < limit ? before - STRETCH : (items.at(-1)?.seq ?? before);
  }
  return before > 1 ? { items, before } : { items };
}
