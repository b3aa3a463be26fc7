import { parseKeyFile } from '../../../shared/formats/key-file.ts';
import { claimedKekVersion } from '../../../shared/formats/wrapped-key.ts';
import type { RegisteredKey } from './registered-key.ts';

/**
 * Of one seal's wrapped keys under one KEK the one of the newest version stays, whichever comes: an old copy of a `.key`
 * must not bring back a version that the KMS thinks nothing hangs on any more.
 * @param registered the text of the `.key` that is there.
 */
export function newestWrap(registered: string | undefined, offered: RegisteredKey): RegisteredKey {
  if (registered === undefined) return offered;
  const { mac, wrapped_key } = parseKeyFile(registered);
  const kek = claimedKekVersion(wrapped_key);
  const isNewer = mac === offered.mac && kek.keyId === offered.kek.keyId && kek.version > offered.kek.version;
  return isNewer ? { resource: offered.resource, text: registered, mac, kek } : offered;
}
