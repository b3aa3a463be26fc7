import type { Secret } from '../../../core/crypto/secret.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { assureRealmKek, findKekToWrapWith, type KekHolder } from './find-kek.ts';
import { mapInSlices } from './in-slices.ts';
import { countWraps, openResourceSecret } from './resources.ts';
import { type KekVersion, sealWrappedKey } from './wrapped-key.ts';

export interface DekToWrap {
  readonly resourceName: string;
  readonly perimeterId: string;
  readonly dek: Secret;
}

/**
 * Wraps DEKs of distinct resources, all under one KEK. What the database keeps of it, the audit entries that `record`
 * writes among it, is one transaction, committed before any wrapped key exists.
 * @returns the wrapped keys as raw bytes, in the same order.
 */
export async function wrapDeks(
  { database, atRest, now }: KmsParts,
  holder: KekHolder,
  items: readonly DekToWrap[],
  record: (transaction: KmsTransaction) => Promise<void>,
): Promise<Buffer[]> {
  const { realm } = holder;
  if (holder.ownerId === null) await assureRealmKek(database, atRest, realm, now());
  const names = items.map((item) => item.resourceName);
  const { kek, resources } = await database.transaction().execute(async (transaction) => {
    const found = await findKekToWrapWith(transaction, atRest, holder);
    const counted = await countWraps(transaction, atRest, realm, names);
    await record(transaction);
    return { kek: found, resources: counted };
  });

  function wrapOne(version: KekVersion, { resourceName, perimeterId, dek }: DekToWrap): Buffer {
    const resource = resources.get(resourceName);
    if (!resource)
      throw new SealkeepError('INTERNAL', {}, { cause: new Error('a resource was not counted') });
    const secret = openResourceSecret(atRest, realm, resource);
    try {
      const { generation } = resource;
      return sealWrappedKey(version, secret, dek, { resourceName, perimeterId, realm, generation });
    } finally {
      secret.destroy();
    }
  }

  try {
    return await mapInSlices(items, (item) => wrapOne(kek, item));
  } finally {
    kek.secret.destroy();
  }
}
