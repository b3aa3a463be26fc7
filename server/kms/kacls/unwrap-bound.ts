import type { Call } from '../../platform/http/call.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { rewrapDeks } from '../keyring/rewrap-deks.ts';
import { type UnwrappedDek, unwrapDeks } from '../keyring/unwrap-deks.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { type Admission, assertPerimeter } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { recordAllowed } from './record-allowed.ts';
import type { Draft } from './recorded.ts';

/**
 * Opening, perimeter and log of kacls.md §6.3, in that order.
 * @param wrappedKeys base64, one for each resource of the admission.
 * @param demand what else has to hold, at the very moment that the log is written; it refuses by throwing.
 * @returns for each resource the reply's fields: the DEK in base64, which is text that nothing can wipe (the bytes are
 *   zero-filled), and, of our own realm, the wrapped key anew where another version of the KEK wraps by now.
 */
export async function unwrapBound(
  parts: KaclsParts,
  call: Call,
  draft: Draft,
  admission: Admission,
  wrappedKeys: readonly string[],
  demand: (transaction: KmsTransaction) => Promise<void> = async () => undefined,
): Promise<UnwrappedFields[]> {
  const { names, realm } = admission;
  const items = wrappedKeys.map((text, index) => ({
    resourceName: names[index] ?? '',
    wrappedKey: Buffer.from(text, 'base64'),
  }));
  const opened = await unwrapDeks(parts, realm, items);
  try {
    for (const { perimeterId } of opened) assertPerimeter(parts, admission, perimeterId);
    const record = async (transaction: KmsTransaction) => {
      await demand(transaction);
      await recordAllowed(parts, call, draft, names, transaction);
    };
    const stale = realm === OWN_REALM ? opened.filter(({ isStale }) => isStale) : [];
    if (stale.length === 0) await parts.database.transaction().execute(record);
    const fresh = stale.length === 0 ? [] : await rewrapDeks(parts, realm, stale, record);
    const freshOf = new Map(stale.map((dek, index) => [dek, fresh[index]]));
    return opened.map((held) => fieldsOf(held, freshOf.get(held)));
  } finally {
    for (const { dek } of opened) dek.destroy();
  }
}

/** What a reply says of one resource. */
export interface UnwrappedFields {
  readonly key: string;
  readonly wrapped_key?: string;
}

function fieldsOf({ dek }: UnwrappedDek, fresh: Buffer | undefined): UnwrappedFields {
  const key = dek.use((bytes) => bytes.toString('base64'));
  return fresh ? { key, wrapped_key: fresh.toString('base64') } : { key };
}
