import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { sliced } from './in-slices.ts';
import type { KekVersionName } from './wrapped-key.ts';

/** One wrap of a resource. */
export interface WrapName {
  readonly resourceName: string;
  readonly generation: number;
}

/** Counts wraps under one version; what is counted already stays as it is. */
export async function addToCensus(
  transaction: KmsTransaction,
  realm: string,
  { kekId, version }: KekVersionName,
  wraps: readonly (WrapName & { readonly isExposed?: boolean })[],
): Promise<void> {
  for await (const some of sliced(wraps)) {
    await transaction
      .insertInto('census')
      .values(
        some.map(({ resourceName, generation, isExposed = false }) => ({
          realm,
          resource_name: resourceName,
          generation,
          kek_id: kekId,
          version,
          is_exposed: isExposed ? 1 : 0,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Forgets what wraps hung on before: one version carries them for good, durably and where it is found again. */
export async function carriedOver(
  transaction: KmsTransaction,
  realm: string,
  to: KekVersionName,
  wraps: readonly WrapName[],
): Promise<void> {
  const hangsOnIt = { kek_id: to.kekId, version: to.version };
  for await (const some of sliced(wraps)) {
    const forgotten = await transaction
      .deleteFrom('census')
      .where('realm', '=', realm)
      .where((row) =>
        row(
          row.refTuple('resource_name', 'generation'),
          'in',
          some.map(({ resourceName, generation }) => row.tuple(resourceName, generation)),
        ),
      )
      .where((row) => row.not(row.and(hangsOnIt)))
      .returning(['resource_name', 'generation', 'is_exposed'])
      .execute();
    for (const { resource_name, generation } of forgotten.filter(({ is_exposed }) => is_exposed)) {
      await transaction
        .updateTable('census')
        .set({ is_exposed: 1 })
        .where((row) => row.and({ realm, resource_name, generation, ...hangsOnIt }))
        .execute();
    }
  }
}

/** How many wraps hang on a version. */
export async function countNeeding(
  database: KmsDatabase | KmsTransaction,
  { kekId, version }: KekVersionName,
): Promise<number> {
  const { count } = await database
    .selectFrom('census')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('kek_id', '=', kekId)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  return count;
}

/** Wraps of a KEK whose resource was not sealed anew since, and that hang, or hung, on a version that was revoked. */
function needingNewKey(database: KmsDatabase, kekId: string) {
  return database
    .selectFrom('census')
    .innerJoin('resources', (join) =>
      join
        .onRef('resources.realm', '=', 'census.realm')
        .onRef('resources.name', '=', 'census.resource_name')
        .onRef('resources.generation', '=', 'census.generation'),
    )
    .innerJoin('kek_versions', (join) =>
      join
        .onRef('kek_versions.kek_id', '=', 'census.kek_id')
        .onRef('kek_versions.version', '=', 'census.version'),
    )
    .where('census.kek_id', '=', kekId)
    .where((row) => row.or([row('is_exposed', '=', 1), row('kek_versions.status', '=', 'disabled')]));
}

/** How many files of a KEK want a new DEK, because a version that wrapped theirs was revoked. */
export async function countNeedingNewKey(database: KmsDatabase, kekId: string): Promise<number> {
  const { count } = await needingNewKey(database, kekId)
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
  const rows = needsNewKey
    ? needingNewKey(database, kekId)
    : database.selectFrom('census').where('census.kek_id', '=', kekId);
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
