import type { Call } from '../../platform/http/call.ts';
import type { Draft } from '../audit/recorded.ts';
import type { KekHolder } from '../keyring/find-kek.ts';
import { type DekToWrap, wrapDeks } from '../keyring/wrap-deks.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { allowedEntries } from './record-allowed.ts';

/**
 * Wraps what was decided on, and writes the log in the same transaction.
 * @param items of distinct resources; whoever made the DEKs destroys them.
 * @returns the wrapped keys in base64, in the same order.
 */
export async function wrapRecorded(
  parts: KaclsParts,
  call: Call,
  draft: Draft,
  holder: KekHolder,
  items: readonly DekToWrap[],
): Promise<string[]> {
  const names = items.map(({ resourceName }) => resourceName);
  const wrapped = await wrapDeks(parts, holder, items, allowedEntries(call, draft, names));
  return wrapped.map((bytes) => bytes.toString('base64'));
}
