import type { AtRest } from '../../../core/crypto/at-rest.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsDatabase, KmsSchema, KmsTransaction } from '../store/schema.ts';
import { createFirstKek, kekPlace, type OWN_REALM } from './first-kek.ts';
import type { KekVersion, KekVersionName } from './wrapped-key.ts';

/** The versions that open what hangs on them (DESIGN.md, invariant 2). Any other status opens nothing. */
const OPENING = ['active', 'readable'] as const satisfies KmsSchema['kek_versions']['status'][];

/** Whose KEK wraps: an owner's of our own realm, or a foreign realm's. */
export type KekHolder =
  | { readonly realm: typeof OWN_REALM; readonly ownerId: string; readonly kekId?: string | undefined }
  | { readonly realm: string; readonly ownerId: null; readonly kekId?: undefined };

/**
 * The active version to wrap with: of the KEK that is named, or of the holder's first.
 * @throws SealkeepError REQUEST_INVALID where the named one is not the owner's or wraps no more.
 */
export async function findKekToWrapWith(
  database: KmsDatabase | KmsTransaction,
  atRest: AtRest,
  holder: KekHolder,
): Promise<KekVersion> {
  const { realm, ownerId, kekId } = holder;
  const row = await database
    .selectFrom('keks')
    .innerJoin('kek_versions', 'kek_versions.kek_id', 'keks.id')
    .select(['kek_id', 'version', 'secret'])
    .where('realm', '=', realm)
    .where('owner_id', ownerId === null ? 'is' : '=', ownerId)
    .where('status', '=', 'active')
    .$if(kekId === undefined, (query) => query.where('is_first', '=', 1))
    .$if(kekId !== undefined, (query) => query.where('keks.id', '=', kekId ?? ''))
    .executeTakeFirst();
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
  try {
    await database
      .transaction()
      .execute((transaction) =>
        createFirstKek(transaction, atRest, { realm, ownerId: null, createdAt: now.getTime() }),
      );
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

/**
 * KEK versions as wrapped keys name them, each read once, their status as it is now.
 * @returns only those that open; by `kekVersionText`.
 */
export async function findKeksToOpenWith(
  database: KmsDatabase,
  atRest: AtRest,
  names: readonly KekVersionName[],
): Promise<ReadonlyMap<string, KekVersion>> {
  const distinct = new Map(names.map((name) => [kekVersionText(name), name]));
  const ids = [...new Set([...distinct.values()].map((name) => name.kekId))];
  const rows = await database
    .selectFrom('kek_versions')
    .select(['kek_id', 'version', 'secret'])
    .where('kek_id', 'in', ids)
    .where('status', 'in', OPENING)
    .execute();
  const wanted = rows.filter((row) =>
    distinct.has(kekVersionText({ kekId: row.kek_id, version: row.version })),
  );
  return new Map(
    wanted.map((row) => {
      const version = openVersion(atRest, row);
      return [kekVersionText(version), version];
    }),
  );
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
