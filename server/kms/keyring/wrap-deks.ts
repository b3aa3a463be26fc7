import type { Secret } from '../../../core/crypto/secret.ts';
import type { AuditEntryOfCall } from '../audit/audit-log.ts';
import type { KmsParts } from '../parts.ts';
import { assureRealmKek, type KekHolder } from './find-kek.ts';
import { mapInSlices } from './in-slices.ts';
import { sealWrappedKey } from './wrapped-key.ts';
import type { WriteWraps } from './write-wraps.ts';

export interface DekToWrap {
  readonly resourceName: string;
  readonly perimeterId: string;
  readonly dek: Secret;
}

export interface WrappingParts extends KmsParts {
  readonly writeWraps: WriteWraps;
}

/**
 * Wraps DEKs of distinct resources, all under one KEK. What the database keeps of it, the census and the audit entries
 * are one transaction, committed before any wrapped key exists.
 * @returns the wrapped keys as raw bytes, in the same order.
 */
export async function wrapDeks(
  { database, atRest, now, writeWraps }: WrappingParts,
  holder: KekHolder,
  items: readonly DekToWrap[],
  entries: readonly AuditEntryOfCall[],
): Promise<Buffer[]> {
  const { realm } = holder;
  if (holder.ownerId === null) await assureRealmKek(database, atRest, realm, now());
  const names = items.map((item) => item.resourceName);
  const held: Secret[] = [];
  try {
    const { kek, resources } = await writeWraps({ holder, names, entries, held });
    const wraps = items.map((item, index) => ({ ...item, resource: resources[index] }));
    return await mapInSlices(wraps, ({ resourceName, perimeterId, dek, resource }) => {
      if (!resource) throw new TypeError('a resource was not counted');
      const { secret, generation } = resource;
      return sealWrappedKey(kek, secret, dek, { resourceName, perimeterId, realm, generation });
    });
  } finally {
    for (const secret of held) secret.destroy();
  }
}
