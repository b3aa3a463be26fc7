import { isSealkeepError, SealkeepError } from '../../../shared/errors/error.ts';
import { addToCensus } from '../keyring/census.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { REWRAPPING } from '../keyring/version-state.ts';
import type { KekVersionName } from '../keyring/wrapped-key.ts';
import { openWhatOpens } from './open-registered.ts';
import type { RewrappingParts } from './rewrap-version.ts';

/**
 * Counts every wrapped key that the cloud keeps under a version. A cloud that was restored from yesterday, or to which an
 * old copy of a `.key` went, keeps what the census thinks was rewrapped.
 * @returns how many those are: they hang on the version whatever the census says a moment later, for a release may come
 *   between the look and what is decided by it.
 * @throws SealkeepError CLOUD_UNAVAILABLE where it can't be asked: then nobody knows what hangs on the version.
 */
export async function recountVersion(
  parts: RewrappingParts,
  kek: KekVersionName,
  signal: AbortSignal,
): Promise<number> {
  let kept = 0;
  for (let after: string | undefined; ; ) {
    const page = await parts.registry.wrapped(kek, after, signal).catch((error: unknown) => {
      if (!isSealkeepError(error)) throw error;
      throw new SealkeepError('CLOUD_UNAVAILABLE', {}, { cause: error });
    });
    const opened = await openWhatOpens(parts, page.items, [...REWRAPPING, 'destruction_scheduled']);
    for (const { dek } of opened) dek.destroy();
    const rows = opened.map(({ resourceName, generation }) => ({
      ...kek,
      realm: OWN_REALM,
      resourceName,
      generation,
    }));
    await parts.commits.run((transaction) => addToCensus(transaction, rows));
    kept += rows.length;
    if (page.next === undefined) return kept;
    after = page.next;
  }
}
