import type { Call } from '../../platform/http/call.ts';
import { type Admission, assertPerimeter } from './admit.ts';
import type { KaclsParts } from './kacls-parts.ts';
import { dekText, lendDeks, type WrappedKeysOf } from './lend-deks.ts';
import type { Draft } from './recorded.ts';

/**
 * Opening, perimeter and log of kacls.md §6.3, in that order.
 * @param wrappedKeys base64, one for each resource of the admission.
 * @param demand what else has to hold, at the very moment that the log is written; it refuses by throwing.
 * @returns the DEKs in base64.
 */
export function unwrapBound(
  parts: KaclsParts,
  call: Call,
  draft: Draft,
  admission: Admission,
  wrappedKeys: readonly string[],
  demand?: WrappedKeysOf['demand'],
): Promise<string[]> {
  const { names, realm } = admission;
  return lendDeks(
    parts,
    call,
    draft,
    {
      realm,
      names,
      wrappedKeys,
      approve: ({ perimeterId }) => assertPerimeter(parts, admission, perimeterId),
      ...(demand ? { demand } : {}),
    },
    dekText,
  );
}
