import { type AtRest, sealForKeeping } from '../../../core/crypto/at-rest.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import type { VersionState, VersionStatus } from './version-state.ts';
import type { KekVersionName } from './wrapped-key.ts';

const KEK_BYTES = 32;

/** A version as the database has it, without its secret. */
export interface VersionRow extends VersionState {
  readonly version: number;
  readonly createdAt: number;
}

/** Makes a version, which wraps nothing until its KEK names it as the active one. */
export async function addVersion(
  transaction: KmsTransaction,
  atRest: AtRest,
  { kekId, version }: KekVersionName,
  createdAt: number,
): Promise<void> {
  await transaction
    .insertInto('kek_versions')
    .values({
      kek_id: kekId,
      version,
      secret: sealForKeeping(atRest, kekPlace(kekId, version), Secret.random(KEK_BYTES)),
      status: 'readable',
      created_at: createdAt,
    })
    .execute();
}

/** Versions of a KEK, oldest first. */
export async function listVersions(
  database: KmsDatabase | KmsTransaction,
  kekId: string,
): Promise<VersionRow[]> {
  const rows = await database
    .selectFrom('kek_versions')
    .innerJoin('keks', 'keks.id', 'kek_versions.kek_id')
    .select(['version', 'active_version', 'status', 'due_at', 'kek_versions.created_at'])
    .where('kek_id', '=', kekId)
    .orderBy('version')
    .execute();
  return rows.map((row) => ({
    version: row.version,
    status: statusOf(row),
    dueAt: row.due_at,
    createdAt: row.created_at,
  }));
}

/** @throws SealkeepError KEY_NOT_FOUND */
export async function findVersion(
  database: KmsDatabase | KmsTransaction,
  { kekId, version }: KekVersionName,
): Promise<VersionRow> {
  const found = (await listVersions(database, kekId)).find((row) => row.version === version);
  if (!found) throw new SealkeepError('KEY_NOT_FOUND');
  return found;
}

/**
 * Writes what `transition` made of a version that is not the active one any more. The secret of a destroyed one goes
 * with the same write; the database overwrites what it lets go (`PRAGMA secure_delete`).
 */
export async function writeVersionState(
  transaction: KmsTransaction,
  { kekId, version }: KekVersionName,
  { status, dueAt }: VersionState,
): Promise<void> {
  if (status === 'active') throw new TypeError('which version is active stands in the KEK');
  await transaction
    .updateTable('kek_versions')
    .set({ status, due_at: dueAt, ...(status === 'destroyed' ? { secret: new Uint8Array() } : {}) })
    .where('kek_id', '=', kekId)
    .where('version', '=', version)
    .execute();
}

/** @param at when it was revoked; null where that is taken back. */
export async function markRevoked(
  transaction: KmsTransaction,
  { kekId, version }: KekVersionName,
  at: number | null,
): Promise<void> {
  await transaction
    .updateTable('kek_versions')
    .set({ revoked_at: at })
    .where('kek_id', '=', kekId)
    .where('version', '=', version)
    .execute();
}

export function statusOf(row: {
  readonly version: number;
  readonly active_version: number;
  readonly status: Exclude<VersionStatus, 'active'>;
}): VersionStatus {
  return row.version === row.active_version ? 'active' : row.status;
}

/** Where a KEK version rests. */
export function kekPlace(kekId: string, version: number) {
  return { table: 'kek_versions', column: 'secret', row: `${kekId}/${version}` };
}
