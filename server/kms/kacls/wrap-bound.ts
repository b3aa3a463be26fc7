import type { Secret } from '../../../core/crypto/secret.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import type { Draft } from '../audit/recorded.ts';
import type { KekHolder } from '../keyring/find-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { type Admission, assertPerimeter } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { wrapRecorded } from './wrap-recorded.ts';

/**
 * Steps 8 to 10 of kacls.md §6.2: perimeter, keys, log. Always under the owner's KEK, whoever calls.
 * @param deks one for each resource of the admission; destroyed here, whatever happens.
 * @param kekId `key_id`: which KEK of the owner wraps; the first where it is absent.
 * @returns the wrapped keys in base64.
 */
export async function wrapBound(
  parts: KaclsParts,
  call: Call,
  draft: Draft,
  admission: Admission,
  deks: readonly Secret[],
  kekId?: string,
): Promise<string[]> {
  try {
    const { names, perimeterId } = admission;
    assertPerimeter(parts, admission, perimeterId);
    const items = deks.map((dek, index) => ({ resourceName: names[index] ?? '', perimeterId, dek }));
    return await wrapRecorded(parts, call, draft, holderOf(admission, kekId), items);
  } finally {
    for (const dek of deks) dek.destroy();
  }
}

/** @throws SealkeepError REQUEST_INVALID: a foreign realm has one KEK, which nobody names. */
function holderOf({ realm, ownerId }: Admission, kekId: string | undefined): KekHolder {
  if (ownerId !== null) return { realm: OWN_REALM, ownerId, kekId };
  if (kekId !== undefined) throw new SealkeepError('REQUEST_INVALID', { reason: 'key_id' });
  return { realm, ownerId };
}
