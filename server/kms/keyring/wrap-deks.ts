import type { Secret } from '../../../core/crypto/secret.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { addToCensus } from './census.ts';
import { assureRealmKek, findKekToWrapWith, type KekHolder } from './find-kek.ts';
import { mapInSlices } from './in-slices.ts';
import { countWraps } from './resources.ts';
import { sealWrappedKey } from './wrapped-key.ts';

export interface DekToWrap {
  readonly resourceName: string;
  readonly perimeterId: string;
  readonly dek: Secret;
}

/**
 * Wraps DEKs of distinct resources, all under one KEK. What the database keeps of it, the census and the audit
 * entries that `record` writes among it, is one transaction, committed before any wrapped key exists.
 * @returns the wrapped keys as raw bytes, in the same order.
 */
export async function wrapDeks(
  { database, commits, atRest, now }: KmsParts,
  holder: KekHolder,
  items: readonly DekToWrap[],
  record: (transaction: KmsTransaction) => Promise<void>,
): Promise<Buffer[]> {
  const { realm } = holder;
  if (holder.ownerId === null) await assureRealmKek(database, atRest, realm, now());
  const names = items.map((item) => item.resourceName);
  const held: Secret[] = [];
  try {
    const { kek, resources } = await commits.run(async (transaction) => {
      const found = await findKekToWrapWith(transaction, atRest, holder);
      held.push(found.secret);
      const counted = await countWraps(transaction, atRest, realm, names);
      for (const { secret } of counted.values()) held.push(secret);
      const wraps = [...counted].map(([resourceName, { generation }]) => ({ resourceName, generation }));
      await addToCensus(transaction, realm, found, wraps);
      await record(transaction);
      return { kek: found, resources: counted };
    });
    return await mapInSlices(items, ({ resourceName, perimeterId, dek }) => {
      const resource = resources.get(resourceName);
      if (!resource) throw new TypeError('a resource was not counted');
      const { secret, generation } = resource;
      return sealWrappedKey(kek, secret, dek, { resourceName, perimeterId, realm, generation });
    });
  } finally {
    for (const secret of held) secret.destroy();
  }
}
