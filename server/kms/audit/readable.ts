import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';

/** Who asks for entries. */
export interface AuditReader {
  readonly id: string;
  readonly name: string;
  readonly isAdministrator: boolean;
}

/** The entries that somebody may read, as a condition of a query. */
export type ReadableEntries = (row: ExpressionBuilder<KmsSchema, 'audit'>) => Expression<SqlBool>;

/**
 * An administrator may read all. A member may read what they did (not what a foreign issuer's person did who was called
 * the same before they came), and what was done with resources of theirs.
 */
export async function readableBy(
  database: KmsDatabase,
  { id, name, isAdministrator }: AuditReader,
): Promise<ReadableEntries> {
  if (isAdministrator) return () => sql<SqlBool>`1`;
  const { created_at } = await database
    .selectFrom('users')
    .select('created_at')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  // All names that begin with `//sealkeep/ID/`: the character after `/` is `0`.
  const [first, end] = [`//sealkeep/${id}/`, `//sealkeep/${id}0`];
  return (row) =>
    row.or([
      row.and([row('actor', '=', name), row('at', '>=', created_at)]),
      row.and([row('resource_name', '>=', first), row('resource_name', '<', end)]),
    ]);
}
