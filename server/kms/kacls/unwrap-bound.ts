import type { Call } from '../../platform/http/call.ts';
import type { Draft } from '../audit/recorded.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { type Admission, assertPerimeter } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { dekText, lendDeks, type WrappedKeysOf } from './lend-deks.ts';

/** What a reply says of one resource. */
export interface UnwrappedFields {
  /** The DEK in base64: text that nothing can wipe. */
  readonly key: string;
  /** Of our own realm, where another version of the KEK wraps by now. */
  readonly wrapped_key?: string;
}

/**
 * Opening, perimeter and log of kacls.md §6.3, in that order.
 * @param wrappedKeys base64, one for each resource of the admission.
 * @param demand what else has to hold, at the very moment that the log is written; it refuses by throwing.
 */
export function unwrapBound(
  parts: KaclsParts,
  call: Call,
  draft: Draft,
  admission: Admission,
  wrappedKeys: readonly string[],
  demand?: WrappedKeysOf['demand'],
): Promise<UnwrappedFields[]> {
  const { names, realm } = admission;
  const wanted = {
    realm,
    names,
    wrappedKeys,
    approve: ({ perimeterId }: { readonly perimeterId: string }) =>
      assertPerimeter(parts, admission, perimeterId),
    isRewrapping: realm === OWN_REALM,
    ...(demand ? { demand } : {}),
  };
  return lendDeks(parts, call, draft, wanted, (opened, rewrapped) => {
    const key = dekText(opened);
    return rewrapped ? { key, wrapped_key: rewrapped.toString('base64') } : { key };
  });
}
