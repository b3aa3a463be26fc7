import { isSealkeepError } from '../../../shared/errors/error.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { type UnwrappedDek, unwrapDeks } from '../keyring/unwrap-deks.ts';
import type { VersionStatus } from '../keyring/version-state.ts';
import type { KmsParts } from '../parts.ts';
import type { WrappedPage } from './cloud-registry.ts';

type Items = WrappedPage['items'];

export type OpenedRegistered = UnwrappedDek & {
  /** The wrapped key as the cloud has it. */
  readonly text: string;
};

/**
 * Opens what the cloud says it keeps, each by itself where they don't open together.
 * @param statuses versions that may open.
 * @returns what opened; the rest is nobody's, whatever the cloud says that it hangs on, or damaged here, which is logged.
 *   The caller destroys the DEKs.
 */
export async function openWhatOpens(
  parts: KmsParts,
  items: Items,
  statuses: readonly VersionStatus[],
): Promise<OpenedRegistered[]> {
  if (items.length === 0) return [];
  const all = await openAll(parts, items, statuses);
  if (all) return all;
  const opened: OpenedRegistered[] = [];
  for (const item of items) opened.push(...((await openAll(parts, [item], statuses)) ?? []));
  return opened;
}

/** Undefined where one of them does not open. */
async function openAll(
  parts: KmsParts,
  items: Items,
  statuses: readonly VersionStatus[],
): Promise<OpenedRegistered[] | undefined> {
  const wrapped = items.map(({ resource_name, wrapped_key }) => ({
    resourceName: resource_name,
    wrappedKey: Buffer.from(wrapped_key, 'base64'),
  }));
  try {
    const deks = await unwrapDeks(parts, OWN_REALM, wrapped, statuses);
    return deks.map((dek, index) => ({ ...dek, text: items[index]?.wrapped_key ?? '' }));
  } catch (err) {
    if (!isSealkeepError(err)) throw err;
    const [only] = items.length === 1 ? items : [];
    if (only)
      parts.logger.warn({ err, resource: only.resource_name }, 'a registered wrapped key does not open');
    return undefined;
  }
}
