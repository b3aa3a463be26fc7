import { OWN_REALM } from '../keyring/own-realm.ts';
import type { KekVersionName } from '../keyring/wrapped-key.ts';
import { recountVersion } from '../rewrapping/recount-version.ts';
import { type RewrappingParts, rewrapVersion, uncountRewrapped } from '../rewrapping/rewrap-version.ts';
import { forEach } from './for-each.ts';
import { hasCarried, isNeeded, superseded } from './superseded.ts';

const REWRAPPED_FROM = ['readable', 'retired', 'disabled'] as const;

/**
 * Rewraps what hangs on versions that wrap no more, of our own people's KEKs: foreign issuers keep their wrapped
 * keys themselves.
 * @param isUnfinished whether a rewrap may have been cut short before, or the cloud come back from a backup: then
 *   the cloud is asked about every version.
 */
export async function rewrapDue(
  parts: RewrappingParts,
  isUnfinished: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (isUnfinished)
    await forEach(parts, await supersededVersions(parts), signal, async (version) => {
      await recountVersion(parts, version, signal);
    });
  await forEach(parts, await versionsToRewrap(parts), signal, async (version) => {
    const count = await rewrapVersion(parts, version, signal);
    if (count > 0) parts.logger.info({ ...version, count }, 'wrapped keys rewrapped');
  });
  if (!isUnfinished) return;
  await forEach(parts, await versionsCountedTwice(parts), signal, (active) =>
    uncountRewrapped(parts, active, signal),
  );
}

/** Versions that are not active and could be rewrapped from. */
function supersededVersions({ database }: RewrappingParts): Promise<KekVersionName[]> {
  return superseded(database, REWRAPPED_FROM).execute();
}

/**
 * Those of them that something hangs on, as the census has it; and, whatever that says, every revoked one that something
 * ever hung on. Such a version opens nothing, and what its owner let go of (`POST /keys/release`, without a code) may lie in
 * the registry all the same.
 */
function versionsToRewrap({ database }: RewrappingParts): Promise<KekVersionName[]> {
  return superseded(database, REWRAPPED_FROM)
    .where((row) =>
      row.or([isNeeded(row), row.and([row('kek_versions.status', '=', 'disabled'), hasCarried(row)])]),
    )
    .execute();
}

/** Active versions of KEKs that have wraps counted under two versions: few, so only those of the others are gone through. */
async function versionsCountedTwice({ database }: RewrappingParts): Promise<KekVersionName[]> {
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
          .whereRef('current.version', '=', 'keks.active_version')
          .where('old.is_needed', '=', 1),
      ),
    )
    .execute();
}
