import { SealkeepError } from '../errors/error.ts';

/** Where the clear part of a wrapped key lies; everything behind it is the KMS's own business. */
export const WRAPPED_KEY_LAYOUT = { version: 0, kind: 1, keyId: 2, keyVersion: 18, end: 22 } as const;

/** The KEK version that a wrapped key hangs on. */
export interface KekVersionClaim {
  /** base64url. */
  readonly keyId: string;
  readonly version: number;
}

/**
 * The KEK version that a wrapped key says it hangs on: a claim, good for lists and counts.
 * @param wrappedKey base64 text.
 * @throws SealkeepError WRAPPED_KEY_INVALID where it is no base64, or too short to say.
 */
export function claimedKekVersion(wrappedKey: string): KekVersionClaim {
  return kekVersionOf(decode(wrappedKey));
}

/**
 * The same of its bytes.
 * @throws SealkeepError WRAPPED_KEY_INVALID where they are too few to say.
 */
export function kekVersionOf(bytes: Uint8Array): KekVersionClaim {
  if (bytes.length <= WRAPPED_KEY_LAYOUT.end) throw new SealkeepError('WRAPPED_KEY_INVALID');
  const keyId = bytes.subarray(WRAPPED_KEY_LAYOUT.keyId, WRAPPED_KEY_LAYOUT.keyVersion);
  return {
    keyId: btoa(String.fromCharCode(...keyId))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, ''),
    version: new DataView(bytes.buffer, bytes.byteOffset).getUint32(WRAPPED_KEY_LAYOUT.keyVersion),
  };
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new SealkeepError('WRAPPED_KEY_INVALID', {}, { cause });
  }
}
