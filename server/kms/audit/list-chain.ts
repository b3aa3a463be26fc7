import { setImmediate } from 'node:timers/promises';
import type { AuditChainItem, AuditChainQuery, AuditChainReply } from '../../../shared/api/kms/audit.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { ENTRY_COLUMNS, entryOf, entryText } from './audit-rows.ts';
import { type AuditReader, readableBy } from './readable.ts';

/** Rows that are read at a stretch, before others have their turn. */
const STRETCH = 500;

/** `GET /audit/verify`: the chain from an entry on, and the entries that the reader may read. */
export async function listChain(
  database: KmsDatabase,
  reader: AuditReader,
  { after, limit }: AuditChainQuery,
): Promise<AuditChainReply> {
  const isReadable = await readableBy(database, reader);
  const items: AuditChainItem[] = [];
  let [last, characters, isAtEnd] = [after, 0, false];
  while (!isAtEnd && items.length < limit && characters < LIMITS.auditChainText) {
    const wanted = Math.min(STRETCH, limit - items.length);
    const rows = await database
      .selectFrom('audit')
      .select([...ENTRY_COLUMNS, 'salt', 'inner', 'link'])
      .select((row) => row.case().when(isReadable(row)).then(1).else(0).end().as('isReadable'))
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(wanted)
      .execute();
    for (const row of rows) {
      const chained = { seq: row.seq, inner: base64(row.inner), link: base64(row.link) };
      if (row.isReadable) characters += entryText(row).length;
      items.push(row.isReadable ? { ...chained, salt: base64(row.salt), entry: entryOf(row) } : chained);
    }
    last = rows.at(-1)?.seq ?? last;
    isAtEnd = rows.length < wanted;
    await setImmediate();
  }
  const checkpoints = await database
    .selectFrom('audit_checkpoints')
    .select('jws')
    .where('seq', '>', after)
    .where('seq', '<=', last)
    .orderBy('seq')
    .execute();
  const newest = await database
    .selectFrom('audit_checkpoints')
    .select('jws')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { items, checkpoints: checkpoints.map(({ jws }) => jws), newest: newest?.jws ?? null };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
