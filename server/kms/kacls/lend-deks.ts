import type { Call } from '../../platform/http/call.ts';
import { unwrapDeks } from '../keyring/unwrap-deks.ts';
import type { OpenedWrappedKey } from '../keyring/wrapped-key.ts';
import type { KmsTransaction } from '../store/schema.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { recordAllowed } from './record-allowed.ts';
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
}

/**
 * Opens wrapped keys, all or none, writes the log, and then lends what they held to `use`, one after the other.
 * @returns what `use` made of each; the DEKs are zero-filled.
 * @throws SealkeepError what `unwrapDeks` throws.
 */
export async function lendDeks<T>(
  parts: KaclsParts,
  call: Call,
  draft: Draft,
  { realm, names, wrappedKeys, approve, demand }: WrappedKeysOf,
  use: (opened: OpenedWrappedKey) => T,
): Promise<T[]> {
  const items = wrappedKeys.map((text, index) => ({
    resourceName: names[index] ?? '',
    wrappedKey: Buffer.from(text, 'base64'),
  }));
  const opened = await unwrapDeks(parts, realm, items);
  try {
    if (approve) opened.forEach(approve);
    await parts.database.transaction().execute(async (transaction) => {
      await demand?.(transaction);
      await recordAllowed(parts, call, draft, names, transaction);
    });
    return opened.map(use);
  } finally {
    for (const { dek } of opened) dek.destroy();
  }
}

/** A DEK in base64: text that a reply needs and nothing can wipe. */
export function dekText({ dek }: OpenedWrappedKey): string {
  return dek.use((bytes) => bytes.toString('base64'));
}
