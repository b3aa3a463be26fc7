import { preparedList, type ValueOf } from '../../../core/durable/prepared.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { sliced } from './in-slices.ts';
import { OWN_REALM } from './own-realm.ts';
import type { KekVersionName } from './wrapped-key.ts';

/** One wrap of a resource. */
export interface WrapName {
  readonly resourceName: string;
  readonly generation: number;
}

/** One wrap and what it hangs on. */
export interface CensusRow extends WrapName, KekVersionName {
  readonly realm: string;
}

const writeCensus = preparedList((database: KmsDatabase, rows: readonly ValueOf<CensusRow>[]) =>
  database
    .insertInto('census')
    .values(
      rows.map((value) => ({
        realm: value(({ realm }) => realm),
        resource_name: value(({ resourceName }) => resourceName),
        generation: value(({ generation }) => generation),
        kek_id: value(({ kekId }) => kekId),
        version: value(({ version }) => version),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['realm', 'resource_name', 'generation', 'kek_id', 'version'])
        .doUpdateSet({ is_needed: 1 }),
    ),
);

/** Counts wraps, also those that were rewrapped before and are found there again. */
export async function addToCensus(transaction: KmsTransaction, rows: readonly CensusRow[]): Promise<void> {
  for await (const some of sliced(rows)) await writeCensus(transaction, some);
}

/**
 * Wraps were rewrapped under one version, durably and where that is found again: nothing needs what they hung on before.
 * That they hung there is remembered, since the version may be revoked later.
 */
export async function countRewrapped(
  transaction: KmsTransaction,
  realm: string,
  to: KekVersionName,
  wraps: readonly WrapName[],
): Promise<void> {
  for await (const some of sliced(wraps)) {
    await transaction
      .updateTable('census')
      .set({ is_needed: 0 })
      .where('realm', '=', realm)
      .where((row) =>
        row(
          row.refTuple('resource_name', 'generation'),
          'in',
          some.map(({ resourceName, generation }) => row.tuple(resourceName, generation)),
        ),
      )
      .where((row) => row.not(row.and({ kek_id: to.kekId, version: to.version })))
      .execute();
  }
}

/**
 * Stops counting what was wrapped for resources of our own realm. As after a rewrap, it is remembered what that hung on,
 * and it counts again where the cloud turns out to keep it.
 * @returns the resources that counted, once for each wrap.
 */
export async function countReleased(
  transaction: KmsTransaction,
  resourceNames: readonly string[],
): Promise<string[]> {
  const rows = await transaction
    .updateTable('census')
    .set({ is_needed: 0 })
    .where('realm', '=', OWN_REALM)
    .where('resource_name', 'in', resourceNames)
    .where('is_needed', '=', 1)
    .returning('resource_name')
    .execute();
  return rows.map(({ resource_name }) => resource_name);
}

/**
 * How many wraps hang on a version.
 * @param kept so many at the least, since the cloud was just seen to keep them.
 */
export async function countNeeding(
  database: KmsDatabase | KmsTransaction,
  { kekId, version }: KekVersionName,
  kept = 0,
): Promise<number> {
  const { count } = await database
    .selectFrom('census')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('kek_id', '=', kekId)
    .where('version', '=', version)
    .where('is_needed', '=', 1)
    .executeTakeFirstOrThrow();
  return Math.max(count, kept);
}

/**
 * Wraps of a KEK whose resource was not sealed anew since, and that hang, or ever hung, on one of the versions: those
 * that were revoked, which are asked for first. In one query SQLite begins with the census, and a KEK that carries
 * 100,000 files and never had a version revoked held everybody for 0.2 s.
 */
function needingNewKey(database: KmsDatabase, kekId: string, revoked: readonly number[]) {
  return database
    .selectFrom('census')
    .innerJoin('resources', (join) =>
      join
        .onRef('resources.realm', '=', 'census.realm')
        .onRef('resources.name', '=', 'census.resource_name')
        .onRef('resources.generation', '=', 'census.generation'),
    )
    .where('census.kek_id', '=', kekId)
    .where('census.version', 'in', revoked);
}

async function findRevoked(database: KmsDatabase, kekId: string): Promise<number[]> {
  const rows = await database
    .selectFrom('kek_versions')
    .select('version')
    .where('kek_id', '=', kekId)
    .where('revoked_at', 'is not', null)
    .execute();
  return rows.map(({ version }) => version);
}

/** How many files of a KEK want a new DEK, because a version that wrapped theirs was revoked. */
export async function countNeedingNewKey(database: KmsDatabase, kekId: string): Promise<number> {
  const revoked = await findRevoked(database, kekId);
  if (revoked.length === 0) return 0;
  const { count } = await needingNewKey(database, kekId, revoked)
    .select((select) => select.fn.count<number>('census.resource_name').distinct().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

export interface CensusChoice {
  readonly kekId: string;
  /** Of this version only. */
  readonly version?: number | undefined;
  /** Only what `countNeedingNewKey` counts. */
  readonly needsNewKey: boolean;
  /** Rows behind this one, which the page before ended with. */
  readonly after?: (WrapName & { readonly version: number }) | undefined;
  readonly limit: number;
}

/** Rows of a KEK by resource name, generation and version. */
export async function listCensus(
  database: KmsDatabase,
  { kekId, version, needsNewKey, after, limit }: CensusChoice,
): Promise<(WrapName & { readonly version: number })[]> {
  const revoked = needsNewKey ? await findRevoked(database, kekId) : [];
  if (needsNewKey && revoked.length === 0) return [];
  const rows = needsNewKey
    ? needingNewKey(database, kekId, revoked)
    : database.selectFrom('census').where('census.kek_id', '=', kekId).where('census.is_needed', '=', 1);
  return rows
    .select(['census.resource_name as resourceName', 'census.generation', 'census.version'])
    .$if(version !== undefined, (query) => query.where('census.version', '=', version ?? 0))
    .$if(after !== undefined, (query) =>
      query.where((row) =>
        row(
          row.refTuple('census.resource_name', 'census.generation', 'census.version'),
          '>',
          row.tuple(after?.resourceName ?? '', after?.generation ?? 0, after?.version ?? 0),
        ),
      ),
    )
    .orderBy('census.resource_name')
    .orderBy('census.generation')
    .orderBy('census.version')
    .limit(limit)
    .execute();
}
