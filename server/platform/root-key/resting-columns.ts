import { type Kysely, sql } from 'kysely';
import type { RestingPlace } from '../../../core/crypto/at-rest.ts';
import type { RootKeyChangeTable } from './change-record.ts';

/** A column whose values rest under the root key; null and empty ones hold no secret (any more). */
export interface RestingColumn {
  readonly table: string;
  readonly column: string;
  /** The table's primary key, by which its rows are walked. */
  readonly key: readonly string[];
  /** Of the key's values, as those say it who seal and open there. */
  readonly placeOf: (...key: string[]) => RestingPlace;
}

type KeyValue = string | number;

export interface RestingRow {
  readonly key: readonly KeyValue[];
  readonly place: RestingPlace;
  readonly sealed: Uint8Array;
}

/** Few enough that whoever waits for the database does not wait for long, and that memory stays flat. */
const ROWS_AT_ONCE = 200;

/** The column's secrets in the order of their keys, some at a time. */
export async function* restingRows(
  database: Kysely<RootKeyChangeTable>,
  column: RestingColumn,
): AsyncGenerator<RestingRow[]> {
  for (let after: readonly KeyValue[] | undefined; ; ) {
    const rows = await someRows(database, column, after);
    if (rows.length > 0) yield rows;
    after = rows.at(-1)?.key;
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

async function someRows(
  database: Kysely<RootKeyChangeTable>,
  { table, column, key, placeOf }: RestingColumn,
  after: readonly KeyValue[] | undefined,
): Promise<RestingRow[]> {
  const names = sql.join(key.map((part) => sql.ref(part)));
  const isAfter = after ? sql`(${names}) > (${sql.join(after)})` : sql`true`;
  const { rows } = await sql<Record<string, KeyValue> & { readonly sealed: Uint8Array }>`
    SELECT ${names}, ${sql.ref(column)} AS sealed FROM ${sql.table(table)}
    WHERE length(${sql.ref(column)}) > 0 AND ${isAfter} ORDER BY ${names} LIMIT ${ROWS_AT_ONCE}`.execute(
    database,
  );
  return rows.map((row) => {
    const values = key.map((part) => row[part] ?? '');
    return { key: values, place: placeOf(...values.map(String)), sealed: row.sealed };
  });
}

/** Writes a row's secret anew. */
export async function replaceSealed(
  transaction: Kysely<RootKeyChangeTable>,
  { table, column, key }: RestingColumn,
  row: Pick<RestingRow, 'key'>,
  sealed: Uint8Array,
): Promise<void> {
  const names = sql.join(key.map((part) => sql.ref(part)));
  await sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${sealed}
    WHERE (${names}) = (${sql.join(row.key)})`.execute(transaction);
}

/** How many secrets rest in these columns. */
export async function countResting(
  database: Kysely<RootKeyChangeTable>,
  columns: readonly RestingColumn[],
): Promise<number> {
  let count = 0;
  for (const { table, column } of columns) {
    const { rows } = await sql<{ readonly count: number }>`
      SELECT count(*) AS count FROM ${sql.table(table)} WHERE length(${sql.ref(column)}) > 0`.execute(
      database,
    );
    count += rows[0]?.count ?? 0;
  }
  return count;
}
