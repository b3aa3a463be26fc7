import { OWN_REALM } from '../keyring/own-realm.ts';
import type { KekVersionName } from '../keyring/wrapped-key.ts';
import { type RewrappingParts, rewrapVersion, settleCensus } from '../rewrapping/rewrap-version.ts';

/**
 * Carries over what hangs on versions that wrap no more, of our own people's KEKs: foreign issuers keep their wrapped
 * keys themselves.
 * @param isUnsettled whether a carrying over may have been cut short before.
 */
export async function rewrapDue(
  parts: RewrappingParts,
  isUnsettled: boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const version of await versionsToRewrap(parts)) {
    const carried = await rewrapVersion(parts, version, signal);
    if (carried > 0) parts.logger.info({ ...version, carried }, 'wrapped keys carried over');
  }
  if (!isUnsettled) return;
  for (const active of await versionsToSettle(parts)) await settleCensus(parts, active, signal);
}

/** Versions that are not active and that something hangs on. */
async function versionsToRewrap({ database }: RewrappingParts): Promise<KekVersionName[]> {
  return database
    .selectFrom('kek_versions')
    .innerJoin('keks', 'keks.id', 'kek_versions.kek_id')
    .select(['kek_versions.kek_id as kekId', 'kek_versions.version'])
    .where('keks.realm', '=', OWN_REALM)
    .whereRef('kek_versions.version', '!=', 'keks.active_version')
    .where('kek_versions.status', 'in', ['readable', 'disabled'])
    .where((row) =>
      row.exists(
        row
          .selectFrom('census')
          .select('census.version')
          .whereRef('census.kek_id', '=', 'kek_versions.kek_id')
          .whereRef('census.version', '=', 'kek_versions.version'),
      ),
    )
    .orderBy('kek_versions.kek_id')
    .orderBy('kek_versions.version')
    .execute();
}

/** Active versions of KEKs that have wraps counted under two versions: few, so only those of the others are gone through. */
async function versionsToSettle({ database }: RewrappingParts): Promise<KekVersionName[]> {
  return database
    .selectFrom('kek_versions')
    .innerJoin('keks', 'keks.id', 'kek_versions.kek_id')
    .select(['keks.id as kekId', 'keks.active_version as version'])
    .distinct()
    .where('keks.realm', '=', OWN_REALM)
    .whereRef('kek_versions.version', '!=', 'keks.active_version')
    .where((row) =>
      row.exists(
        row
          .selectFrom('census as old')
          .innerJoin('census as current', (join) =>
            join
              .onRef('current.realm', '=', 'old.realm')
              .onRef('current.resource_name', '=', 'old.resource_name')
              .onRef('current.generation', '=', 'old.generation'),
          )
          .select('old.version')
          .whereRef('old.kek_id', '=', 'kek_versions.kek_id')
          .whereRef('old.version', '=', 'kek_versions.version')
          .whereRef('current.version', '=', 'keks.active_version'),
      ),
    )
    .execute();
}
