import type { Secret } from '../../../core/crypto/secret.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { addToCensus } from './census.ts';
import { findActiveVersions } from './find-kek.ts';
import { mapInSlices } from './in-slices.ts';
import { findResources, openResourceSecret, type ResourceRow } from './resources.ts';
import type { UnwrappedDek } from './unwrap-deks.ts';
import { type KekVersion, sealWrappedKey } from './wrapped-key.ts';

/**
 * Wraps DEKs that were unwrapped anew, under the active version of the KEK that each hung on; generation and all else
 * stay. Both wraps stand in the census from then on: the old one goes when the new one is known to be kept somewhere.
 * @throws SealkeepError WRAPPED_KEY_INVALID where a resource was given up meanwhile.
 * @param record what else is written in the transaction that makes the new wraps count; nothing is wrapped before it.
 * @returns the wrapped keys as raw bytes, in the same order.
 */
export async function rewrapDeks(
  { commits, atRest }: Pick<KmsParts, 'commits' | 'atRest'>,
  realm: string,
  deks: readonly UnwrappedDek[],
  record: (transaction: KmsTransaction) => Promise<void>,
): Promise<Buffer[]> {
  const held: Secret[] = [];
  try {
    const { keks, resources } = await commits.run(async (transaction) => {
      const active = await findActiveVersions(
        transaction,
        atRest,
        deks.map(({ kek }) => kek.kekId),
      );
      for (const { secret } of active.values()) held.push(secret);
      const names = [...new Set(deks.map(({ resourceName }) => resourceName))];
      const known = await findResources(transaction, realm, names);
      if (deks.some((dek) => isGivenUp(known, dek))) throw new SealkeepError('WRAPPED_KEY_INVALID');
      const rows = deks.map(({ kek, resourceName, generation }) => {
        const { kekId, version } = versionOf(active, kek.kekId);
        return { realm, resourceName, generation, kekId, version };
      });
      await addToCensus(transaction, rows);
      await record(transaction);
      return { keks: active, resources: known };
    });
    return await mapInSlices(deks, ({ dek, kek, ...facts }) => {
      const resource = resources.get(facts.resourceName);
      if (!resource) throw new TypeError('a resource was not found');
      const secret = openResourceSecret(atRest, realm, resource);
      try {
        return sealWrappedKey(versionOf(keks, kek.kekId), secret, dek, facts);
      } finally {
        secret.destroy();
      }
    });
  } finally {
    for (const secret of held) secret.destroy();
  }
}

/** Since it was opened; what was wrapped under its name since then is another resource's. */
function isGivenUp(
  known: ReadonlyMap<string, ResourceRow>,
  { resourceName, resourceSecret }: UnwrappedDek,
): boolean {
  const row = known.get(resourceName);
  return !row || Buffer.compare(row.secret, resourceSecret) !== 0;
}

function versionOf(versions: ReadonlyMap<string, KekVersion>, kekId: string): KekVersion {
  const version = versions.get(kekId);
  if (!version) throw new TypeError('a KEK was not found');
  return version;
}
