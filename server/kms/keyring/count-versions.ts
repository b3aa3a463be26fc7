import { sql } from 'kysely';
import type { KmsDatabase } from '../store/schema.ts';

/** How many KEK versions there are of each status. */
export async function countVersions(database: KmsDatabase): Promise<Record<string, number>> {
  const rows = await database
    .selectFrom('kek_versions')
    .innerJoin('keks', 'keks.id', 'kek_versions.kek_id')
    .select([
      sql<string>`CASE WHEN version = active_version THEN 'active' ELSE kek_versions.status END`.as('state'),
      (expression) => expression.fn.countAll<number>().as('count'),
    ])
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
