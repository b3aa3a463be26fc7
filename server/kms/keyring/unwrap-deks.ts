import type { Secret } from '../../../core/crypto/secret.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { splitResourceName } from '../../../shared/names/resource-name.ts';
import type { KmsParts } from '../parts.ts';
import { type FoundKekVersion, findKekVersions, kekVersionText } from './find-kek.ts';
import { mapInSlices } from './in-slices.ts';
import { findResources, openResourceSecret } from './resources.ts';
import { OPENING, type VersionStatus } from './version-state.ts';
import {
  type KekVersion,
  type KekVersionName,
  kekOfWrappedKey,
  type OpenedWrappedKey,
  openWrappedKey,
} from './wrapped-key.ts';

export interface DekToUnwrap {
  readonly resourceName: string;
  readonly wrappedKey: Buffer;
}

export interface UnwrappedDek extends OpenedWrappedKey {
  /** What it hung on. */
  readonly kek: KekVersionName;
  /** Whether another version wraps by now. */
  readonly isSuperseded: boolean;
  /** The resource's secret at rest: a resource that was given up and wrapped anew has another. */
  readonly resourceSecret: Uint8Array;
}

/**
 * Opens wrapped keys of one realm, all or none.
 * @param statuses versions that may open: those for callers where it is not given.
 * @returns what they held, in the same order; the caller destroys the DEKs.
 * @throws SealkeepError WRAPPED_KEY_INVALID, the same whatever the reason; RESOURCE_MISMATCH, REALM_MISMATCH;
 *   KEY_VERSION_DISABLED, KEY_VERSION_DESTROYED, which only the KEK's own holder's resources meet.
 */
export async function unwrapDeks(
  { database, atRest }: Pick<KmsParts, 'database' | 'atRest'>,
  realm: string,
  items: readonly DekToUnwrap[],
  statuses: readonly VersionStatus[] = OPENING,
): Promise<UnwrappedDek[]> {
  const claimed = items.map((item) => kekOfWrappedKey(item.wrappedKey));
  const names = [...new Set(items.map((item) => item.resourceName))];
  const resources = await findResources(database, realm, names);
  const versions = await findKekVersions(database, atRest, claimed);
  const keks = new Map<string, KekVersion>();
  const opened: UnwrappedDek[] = [];

  function openKek(version: FoundKekVersion): KekVersion {
    const text = kekVersionText(version);
    const kek = keks.get(text) ?? version.open();
    keks.set(text, kek);
    return kek;
  }

  function unwrapOne({ resourceName, wrappedKey }: DekToUnwrap): void {
    const resource = resources.get(resourceName);
    const version = versions.get(kekVersionText(kekOfWrappedKey(wrappedKey)));
    if (!resource || !version || !isHolder(version, realm, resourceName)) {
      throw new SealkeepError('WRAPPED_KEY_INVALID');
    }
    assertOpens(version, statuses);
    const secret = openResourceSecret(atRest, realm, resource);
    try {
      const held = openWrappedKey(openKek(version), secret, wrappedKey);
      const { kekId, version: number, activeVersion } = version;
      opened.push({
        ...held,
        kek: { kekId, version: number },
        isSuperseded: number !== activeVersion,
        resourceSecret: resource.secret,
      });
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
    destroyAll(opened.map(({ dek }) => dek));
    throw error;
  } finally {
    destroyAll([...keks.values()].map(({ secret }) => secret));
  }
}

/** Whose version it is decides what is said of it: of others' there is nothing to say. */
function isHolder({ realm, ownerId }: FoundKekVersion, ofRealm: string, resourceName: string): boolean {
  return realm === ofRealm && (ownerId === null || ownerId === splitResourceName(resourceName)?.owner);
}

function assertOpens({ status }: FoundKekVersion, statuses: readonly VersionStatus[]): void {
  if (statuses.includes(status)) return;
  throw new SealkeepError(status === 'disabled' ? 'KEY_VERSION_DISABLED' : 'KEY_VERSION_DESTROYED');
}

function destroyAll(secrets: readonly Secret[]): void {
  for (const secret of secrets) secret.destroy();
}
