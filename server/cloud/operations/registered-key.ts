import { SealkeepError } from '../../../shared/errors/error.ts';
import { formatKeyFile, type KeyFile } from '../../../shared/formats/key-file.ts';
import { claimedKekVersion, type KekVersionClaim } from '../../../shared/formats/wrapped-key.ts';
import { fileName } from '../../../shared/names/file-name.ts';
import { splitResourceName } from '../../../shared/names/resource-name.ts';
import type { RegisteredKey } from '../stores/registered-key.ts';

/**
 * A `.key` as the cloud keeps it. Its `mac` is nothing that a cloud could check.
 * @throws SealkeepError CLOUD_PAIR_INVALID where its file can't be called so, or its wrapped key says no version.
 */
export function registeredKeyOf(key: KeyFile): RegisteredKey {
  const resource = splitResourceName(key.resource_name);
  const kek = kekOf(key.wrapped_key);
  if (!resource || kek.version < 1 || !fileName.safeParse(key.name).success) {
    throw new SealkeepError('CLOUD_PAIR_INVALID');
  }
  return { resource: resource.id, text: formatKeyFile(key), mac: key.mac, kek };
}

function kekOf(wrappedKey: string): KekVersionClaim {
  try {
    return claimedKekVersion(wrappedKey);
  } catch (cause) {
    throw new SealkeepError('CLOUD_PAIR_INVALID', {}, { cause });
  }
}
