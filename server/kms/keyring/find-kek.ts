import { sql } from 'kysely';
import type { AtRest } from '../../../core/crypto/at-rest.ts';
import { itself, prepared, preparedList, type ValueOf } from '../../../core/durable/prepared.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { createKek } from './create-kek.ts';
import { sliced } from './in-slices.ts';
import { kekPlace, statusOf } from './kek-versions.ts';
import type { OWN_REALM } from './own-realm.ts';
import type { VersionStatus } from './version-state.ts';
import type { KekVersion, KekVersionName } from './wrapped-key.ts';

/** Whose KEK wraps: an owner's of our own realm, or a foreign realm's. */
export type KekHolder =
  | { readonly realm: typeof OWN_REALM; readonly ownerId: string; readonly kekId?: string | undefined }
  | { readonly realm: string; readonly ownerId: null; readonly kekId?: undefined };

/** A version that a wrapped key names, with what decides whether it opens. */
export interface FoundKekVersion extends KekVersionName {
  readonly realm: string;
  /** Null for a foreign realm's. */
  readonly ownerId: string | null;
  readonly status: VersionStatus;
  readonly activeVersion: number;
  /** Opens the secret, which the caller destroys; a destroyed version has none. */
  open(): KekVersion;
}

const readFirst = prepared((database: KmsDatabase, value: ValueOf<KekHolder>) =>
  activeVersions(database)
    // As the index of first KEKs has it, or each wrap would look through all people's.
    .where(
      'realm',
      '=',
      value(({ realm }) => realm),
    )
    .where(
      sql<string>`coalesce(owner_id, '')`,
      '=',
      value(({ ownerId }) => ownerId ?? ''),
    )
    .where('is_first', '=', sql.lit(1)),
);

const readNamed = prepared((database: KmsDatabase, value: ValueOf<KekHolder>) =>
  activeVersions(database)
    .where(
      'keks.id',
      '=',
      value(({ kekId }) => kekId ?? ''),
    )
    .where(
      'realm',
      '=',
      value(({ realm }) => realm),
    )
    .where(
      'owner_id',
      '=',
      value(({ ownerId }) => ownerId),
    ),
);

function activeVersions(database: KmsDatabase) {
  return database
    .selectFrom('keks')
    .innerJoin('kek_versions', (join) =>
      join.onRef('kek_versions.kek_id', '=', 'keks.id').onRef('version', '=', 'active_version'),
    )
    .select(['kek_id', 'version', 'secret']);
}

/**
 * The active version to wrap with: of the KEK that is named, or of the holder's first.
 * @throws SealkeepError REQUEST_INVALID where the named one is not the owner's.
 */
export async function findKekToWrapWith(
  database: KmsDatabase | KmsTransaction,
  atRest: AtRest,
  holder: KekHolder,
): Promise<KekVersion> {
  const { realm, kekId } = holder;
  const [row] = kekId === undefined ? await readFirst(database, holder) : await readNamed(database, holder);
  if (row) return openVersion(atRest, row);
  if (kekId !== undefined) throw new SealkeepError('REQUEST_INVALID', { reason: 'key_id' });
  throw new SealkeepError('INTERNAL', {}, { cause: new Error(`no active KEK in realm ${realm}`) });
}

/**
 * Makes a foreign realm's KEK at first need. The index of first KEKs lets only one be made, so whoever comes second
 * finds the other's.
 */
export async function assureRealmKek(
  database: KmsDatabase,
  atRest: AtRest,
  realm: string,
  now: Date,
): Promise<void> {
  if (await hasRealmKek(database, realm)) return;
  const kek = { realm, ownerId: null, isFirst: true, createdAt: now.getTime() };
  try {
    await database.transaction().execute((transaction) => createKek(transaction, atRest, kek));
  } catch (error) {
    if (!(await hasRealmKek(database, realm))) throw error;
  }
}

async function hasRealmKek(database: KmsDatabase, realm: string): Promise<boolean> {
  const row = await database
    .selectFrom('keks')
    .select('id')
    .where('realm', '=', realm)
    .where('owner_id', 'is', null)
    .where('is_first', '=', 1)
    .executeTakeFirst();
  return row !== undefined;
}

const readVersions = preparedList((database: KmsDatabase, kekIds: readonly ValueOf<string>[]) =>
  database
    .selectFrom('kek_versions')
    .innerJoin('keks', 'keks.id', 'kek_versions.kek_id')
    .select(['kek_id', 'version', 'secret', 'status', 'realm', 'owner_id', 'active_version'])
    .where(
      'kek_id',
      'in',
      kekIds.map((id) => id(itself)),
    ),
);

/**
 * KEK versions as wrapped keys name them, each read once, their status as it is now.
 * @returns those that there are; by `kekVersionText`.
 */
export async function findKekVersions(
  database: KmsDatabase | KmsTransaction,
  atRest: AtRest,
  names: readonly KekVersionName[],
): Promise<ReadonlyMap<string, FoundKekVersion>> {
  const wanted = new Set(names.map(kekVersionText));
  const ids = [...new Set(names.map((name) => name.kekId))];
  const found = new Map<string, FoundKekVersion>();
  for await (const some of sliced(ids)) {
    for (const row of await readVersions(database, some)) {
      const { kek_id: kekId, version, realm, owner_id: ownerId, active_version: activeVersion } = row;
      const text = kekVersionText({ kekId, version });
      const status = statusOf(row);
      const open = () => openVersion(atRest, row);
      if (wanted.has(text)) found.set(text, { kekId, version, realm, ownerId, status, activeVersion, open });
    }
  }
  return found;
}

/** The active version of each KEK, by the KEK's id; the caller destroys their secrets. */
export async function findActiveVersions(
  database: KmsDatabase | KmsTransaction,
  atRest: AtRest,
  kekIds: readonly string[],
): Promise<ReadonlyMap<string, KekVersion>> {
  const rows = await activeVersions(database)
    .where('keks.id', 'in', [...new Set(kekIds)])
    .execute();
  const active = new Map<string, KekVersion>();
  try {
    for (const row of rows) active.set(row.kek_id, openVersion(atRest, row));
    return active;
  } catch (error) {
    for (const { secret } of active.values()) secret.destroy();
    throw error;
  }
}

export function kekVersionText({ kekId, version }: KekVersionName): string {
  return `${kekId}/${version}`;
}

function openVersion(
  atRest: AtRest,
  row: { kek_id: string; version: number; secret: Uint8Array },
): KekVersion {
  const { kek_id: kekId, version } = row;
  return { kekId, version, secret: atRest.open(kekPlace(kekId, version), row.secret) };
}
