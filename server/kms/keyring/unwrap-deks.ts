import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsParts } from '../parts.ts';
import { findKeksToOpenWith, kekVersionText } from './find-kek.ts';
import { mapInSlices } from './in-slices.ts';
import { findResources, openResourceSecret } from './resources.ts';
import { kekOfWrappedKey, type OpenedWrappedKey, openWrappedKey } from './wrapped-key.ts';

export interface DekToUnwrap {
  readonly resourceName: string;
  readonly wrappedKey: Buffer;
}

/**
 * Opens wrapped keys of one realm, all or none.
 * @returns what they held, in the same order; the caller destroys the DEKs.
 * @throws SealkeepError WRAPPED_KEY_INVALID, the same whatever the reason; RESOURCE_MISMATCH, REALM_MISMATCH.
 */
export async function unwrapDeks(
  { database, atRest }: Pick<KmsParts, 'database' | 'atRest'>,
  realm: string,
  items: readonly DekToUnwrap[],
): Promise<OpenedWrappedKey[]> {
  const claimed = items.map((item) => kekOfWrappedKey(item.wrappedKey));
  const names = [...new Set(items.map((item) => item.resourceName))];
  const resources = await findResources(database, realm, names);
  const keks = await findKeksToOpenWith(database, atRest, claimed);
  const opened: OpenedWrappedKey[] = [];

  function unwrapOne({ resourceName, wrappedKey }: DekToUnwrap): void {
    const resource = resources.get(resourceName);
    const kek = keks.get(kekVersionText(kekOfWrappedKey(wrappedKey)));
    if (!resource || !kek) throw new SealkeepError('WRAPPED_KEY_INVALID');
    const secret = openResourceSecret(atRest, realm, resource);
    try {
      const held = openWrappedKey(kek, secret, wrappedKey);
      opened.push(held);
      if (held.resourceName !== resourceName) throw new SealkeepError('RESOURCE_MISMATCH');
      if (held.realm !== realm) throw new SealkeepError('REALM_MISMATCH');
    } finally {
      secret.destroy();
    }
  }

  try {
    await mapInSlices(items, unwrapOne);
    return opened;
  } catch (error) {
    for (const { dek } of opened) dek.destroy();
    throw error;
  } finally {
    for (const { secret } of keks.values()) secret.destroy();
  }
}
