import type { Call } from '../../platform/http/call.ts';
import type { AuditEntryOfCall } from '../audit/audit-log.ts';
import type { Draft } from '../audit/recorded.ts';
import { rewrapDeks } from '../keyring/rewrap-deks.ts';
import { type UnwrappedDek, unwrapDeks } from '../keyring/unwrap-deks.ts';
import type { OpenedWrappedKey } from '../keyring/wrapped-key.ts';
import type { KmsTransaction } from '../store/schema.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { allowedEntries, recordAllowed } from './record-allowed.ts';

export interface WrappedKeysOf {
  readonly realm: string;
  readonly names: readonly string[];
  /** Base64, one for each name. */
  readonly wrappedKeys: readonly string[];
  /** What has to hold of what they hold; it refuses by throwing. */
  readonly approve?: (opened: OpenedWrappedKey) => void;
  /** What else has to hold, at the very moment that the log is written; it refuses by throwing. */
  readonly demand?: (transaction: KmsTransaction) => Promise<void>;
  /** Whether what hangs on a version that wraps no more is rewrapped. */
  readonly isRewrapping?: boolean;
}

/**
 * Opens wrapped keys, all or none, writes the log, and then lends what they held to `use`, one after the other, each with
 * its new wrapped key where it was rewrapped.
 * @returns what `use` made of each; the DEKs are zero-filled.
 * @throws SealkeepError what `unwrapDeks` throws.
 */
export async function lendDeks<T>(
  parts: KaclsParts,
  call: Call,
  draft: Draft,
  { realm, names, wrappedKeys, approve, demand, isRewrapping = false }: WrappedKeysOf,
  use: (opened: OpenedWrappedKey, rewrapped: Buffer | undefined) => T,
): Promise<T[]> {
  const items = wrappedKeys.map((text, index) => ({
    resourceName: names[index] ?? '',
    wrappedKey: Buffer.from(text, 'base64'),
  }));
  const opened = await unwrapDeks(parts, realm, items);
  try {
    if (approve) opened.forEach(approve);
    const superseded = opened.filter(({ isSuperseded }) => isRewrapping && isSuperseded);
    const entries = allowedEntries(call, draft, names);
    const rewrapped = await recordAndRewrap(parts, { realm, superseded, demand, entries });
    return opened.map((held) => use(held, rewrapped.get(held)));
  } finally {
    for (const { dek } of opened) dek.destroy();
  }
}

interface Lending extends Pick<WrappedKeysOf, 'realm'> {
  readonly superseded: readonly UnwrappedDek[];
  readonly demand: WrappedKeysOf['demand'];
  readonly entries: readonly AuditEntryOfCall[];
}

/** Writes the log, together with what is rewrapped where anything is. */
async function recordAndRewrap(
  parts: KaclsParts,
  { realm, superseded, demand, entries }: Lending,
): Promise<ReadonlyMap<UnwrappedDek, Buffer | undefined>> {
  if (superseded.length === 0 && !demand) {
    await parts.recordTogether(entries);
    return new Map();
  }
  const record = async (transaction: KmsTransaction) => {
    await demand?.(transaction);
    await recordAllowed(parts, entries, transaction);
  };
  if (superseded.length === 0) {
    await parts.commits.run(record);
    return new Map();
  }
  const rewrapped = await rewrapDeks(parts, realm, superseded, record);
  return new Map(superseded.map((dek, index) => [dek, rewrapped[index]]));
}

/** A DEK in base64: text that a reply needs and nothing can wipe. */
export function dekText({ dek }: OpenedWrappedKey): string {
  return dek.use((bytes) => bytes.toString('base64'));
}
