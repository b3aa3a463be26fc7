import { isKeyFileMac } from '../../core/crypto/file-key.ts';
import type { Secret } from '../../core/crypto/secret.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { keyFileClaims } from '../../shared/formats/key-file.ts';
import type { FoundKey } from './find-key.ts';
import type { JobParts } from './parts.ts';

type ClaimedKey = Pick<FoundKey, 'key' | 'keyName' | 'isFromRegistry'>;

/**
 * Believes a `.key` only once the DEK that its wrapped key gave vouches for its claims.
 * @throws SealkeepError KEY_FILE_ALTERED, or SERVER_ANSWER_INVALID for the registry's copy: nobody can mend that one by
 *   removing a file.
 */
export function assertProven(
  parts: JobParts,
  dek: Secret,
  { key, keyName, isFromRegistry }: ClaimedKey,
): void {
  if (isKeyFileMac(dek, keyFileClaims(key), key.mac)) return;
  if (!isFromRegistry) throw new SealkeepError('KEY_FILE_ALTERED', { file: keyName });
  const { service, address } = parts.cloud.peer;
  throw new SealkeepError('SERVER_ANSWER_INVALID', { service, url: address });
}

/**
 * The same where the DEK is of no use without the proof.
 * @returns the DEK, which the caller destroys; where this throws it is destroyed.
 */
export function proven(parts: JobParts, dek: Secret, found: ClaimedKey): Secret {
  try {
    assertProven(parts, dek, found);
    return dek;
  } catch (error) {
    dek.destroy();
    throw error;
  }
}
