import type { Kysely } from 'kysely';
import type { AtRest } from '../../../core/crypto/at-rest.ts';
import type { RootKeyChangeTable } from './change-record.ts';
import { type RestingColumn, restingRows } from './resting-columns.ts';

/** How many secrets in these columns do not open under this root key. */
export async function countClosed(
  database: Kysely<RootKeyChangeTable>,
  columns: readonly RestingColumn[],
  atRest: AtRest,
): Promise<number> {
  let closed = 0;
  for (const column of columns) {
    for await (const rows of restingRows(database, column)) {
      for (const { place, sealed } of rows) {
        const opened = atRest.tryOpen(place, sealed);
        if (!opened) closed += 1;
        opened?.destroy();
      }
    }
  }
  return closed;
}
