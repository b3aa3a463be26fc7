import { keyFileMac } from '../../core/crypto/file-key.ts';
import { type KeyFile, keyFileClaims } from '../../shared/formats/key-file.ts';
import type { JobParts } from './parts.ts';
import type { FreshKey } from './wrap-keys.ts';

/**
 * The `.key` of a file.
 * @param size plaintext bytes.
 */
export function keyFileOf(
  { kmsName, now }: Pick<JobParts, 'kmsName' | 'now'>,
  { resourceName, wrappedKey, name, dek }: FreshKey & { readonly name: string },
  size: number,
): KeyFile {
  const claims = keyFileClaims({ resource_name: resourceName, name, size, created_at: now().toISOString() });
  return { ...claims, kacls_url: kmsName, wrapped_key: wrappedKey, mac: keyFileMac(dek, claims) };
}
