import type { Call } from '../../platform/http/call.ts';
import type { AuditEntryOfCall } from '../audit/audit-log.ts';
import { rewrapDeks } from '../keyring/rewrap-deks.ts';
import { type UnwrappedDek, unwrapDeks } from '../keyring/unwrap-deks.ts';
import type { OpenedWrappedKey } from '../keyring/wrapped-key.ts';
import type { KmsTransaction } from '../store/schema.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { allowedEntries, recordAllowed } from './record-allowed.ts';
import type { Draft } from './recorded.ts';

export interface WrappedKeysOf {
  readonly realm: string;
  readonly names: readonly string[];
  /** Base64, one for each name. */
  readonly wrappedKeys: readonly string[];
  /** What has to hold of what they hold; it refuses by throwing. */
  readonly approve?: (opened: OpenedWrappedKey) => void;
  /** What else has to hold, at the very moment that the log is written; it refuses by throwing. */
  readonly demand?: (transaction: KmsTransaction) => Promise<void>;
  /** Whether what hangs on a version that wraps no more is wrapped anew. */
  readonly isRenewing?: boolean;
}

/**
 * Opens wrapped keys, all or none, writes the log, and then lends what they held to `use`, one after the other, each with
 * its fresh wrapped key where it has one.
 * @returns what `use` made of each; the DEKs are zero-filled.
 * @throws SealkeepError what `unwrapDeks` throws.
 */
export async function lendDeks<T>(
  parts: KaclsParts,
  call: Call,
  draft: Draft,
  { realm, names, wrappedKeys, approve, demand, isRenewing = false }: WrappedKeysOf,
  use: (opened: OpenedWrappedKey, fresh: Buffer | undefined) => T,
): Promise<T[]> {
  const items = wrappedKeys.map((text, index) => ({
    resourceName: names[index] ?? '',
    wrappedKey: Buffer.from(text, 'base64'),
  }));
  const opened = await unwrapDeks(parts, realm, items);
  try {
    if (approve) opened.forEach(approve);
    const stale = opened.filter(({ isStale }) => isRenewing && isStale);
    const fresh = await renewed(parts, { realm, stale, demand, entries: allowedEntries(call, draft, names) });
    return opened.map((held) => use(held, fresh.get(held)));
  } finally {
    for (const { dek } of opened) dek.destroy();
  }
}

interface Lending extends Pick<WrappedKeysOf, 'realm'> {
  readonly stale: readonly UnwrappedDek[];
  readonly demand: WrappedKeysOf['demand'];
  readonly entries: readonly AuditEntryOfCall[];
}

/** Writes the log, together with what is wrapped anew where anything is. */
async function renewed(
  parts: KaclsParts,
  { realm, stale, demand, entries }: Lending,
): Promise<ReadonlyMap<UnwrappedDek, Buffer | undefined>> {
  if (stale.length === 0 && !demand) {
    await parts.recordTogether(entries);
    return new Map();
  }
  const record = async (transaction: KmsTransaction) => {
    await demand?.(transaction);
    await recordAllowed(parts, entries, transaction);
  };
  if (stale.length === 0) {
    await parts.commits.run(record);
    return new Map();
  }
  const fresh = await rewrapDeks(parts, realm, stale, record);
  return new Map(stale.map((dek, index) => [dek, fresh[index]]));
}

/** A DEK in base64: text that a reply needs and nothing can wipe. */
export function dekText({ dek }: OpenedWrappedKey): string {
  return dek.use((bytes) => bytes.toString('base64'));
}
