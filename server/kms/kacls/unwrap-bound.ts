import type { Call } from '../../platform/http/call.ts';
import { unwrapDeks } from '../keyring/unwrap-deks.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { type Admission, assertPerimeter } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { recordAllowed } from './record-allowed.ts';
import type { Draft } from './recorded.ts';

/**
 * Opening, perimeter and log of kacls.md §6.3, in that order.
 * @param wrappedKeys base64, one for each resource of the admission.
 * @param demand what else has to hold, at the very moment that the log is written; it refuses by throwing.
 * @returns the DEKs in base64: text that the reply needs and nothing can wipe; the bytes are zero-filled.
 */
export async function unwrapBound(
  parts: KaclsParts,
  call: Call,
  draft: Draft,
  admission: Admission,
  wrappedKeys: readonly string[],
  demand: (transaction: KmsTransaction) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const { names, realm } = admission;
  const items = wrappedKeys.map((text, index) => ({
    resourceName: names[index] ?? '',
    wrappedKey: Buffer.from(text, 'base64'),
  }));
  const opened = await unwrapDeks(parts, realm, items);
  try {
    for (const { perimeterId } of opened) assertPerimeter(parts, admission, perimeterId);
    await parts.database.transaction().execute(async (transaction) => {
      await demand(transaction);
      await recordAllowed(parts, call, draft, names, transaction);
    });
    return opened.map(({ dek }) => dek.use((bytes) => bytes.toString('base64')));
  } finally {
    for (const { dek } of opened) dek.destroy();
  }
}
