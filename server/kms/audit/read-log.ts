import type { Selectable } from 'kysely';
import type { LogPiece } from '../../../core/audit/verify-log.ts';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';
import { entryOf } from './audit-rows.ts';

const ROWS_AT_ONCE = 1000;

/** The whole log of a database, entries in clear, for `verifyLog`. It takes no lock: what is added meanwhile may come too. */
export async function* readLog(database: KmsDatabase): AsyncGenerator<LogPiece> {
  let last = 0;
  for (;;) {
    const rows = await database
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(ROWS_AT_ONCE)
      .execute();
    const [newest] = rows.slice(-1);
    const isLastPage = rows.length < ROWS_AT_ONCE;
    const checkpoints = await database
      .selectFrom('audit_checkpoints')
      .select(['seq', 'jws'])
      .where('seq', '>', last)
      .$if(!isLastPage, (query) => query.where('seq', '<=', newest?.seq ?? last))
      .orderBy('seq')
      .execute();
    const pieces = [...rows.map(pieceOf), ...checkpoints.map(({ seq, jws }) => ({ seq, checkpoint: jws }))];
    // Of the same place the entry comes first: sorting keeps that.
    yield* pieces.sort((one, two) => one.seq - two.seq);
    if (isLastPage) return;
    last = newest?.seq ?? last;
  }
}

function pieceOf(row: Selectable<KmsSchema['audit']>) {
  const { seq, inner, link, salt } = row;
  return { seq, item: { seq, inner, link, own: { salt, entry: entryOf(row) } } };
}
