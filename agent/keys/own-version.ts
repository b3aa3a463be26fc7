import type { KeyReply, KeyVersionReply } from '../../shared/api/kms/keys.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { JobParts } from '../jobs/parts.ts';

/** A version of one of one's own KEKs. */
export interface OwnVersion extends KeyVersionReply {
  readonly keyId: string;
}

/**
 * One of one's own KEKs, the first where none is named.
 * @throws SealkeepError KEY_NOT_FOUND
 */
export async function ownKek(
  { kms, login }: Pick<JobParts, 'kms' | 'login'>,
  keyId: string | undefined,
): Promise<KeyReply> {
  const { access_token } = await login.tokens();
  const keks = await kms.keys(access_token);
  const kek = keks.find((one) => (keyId === undefined ? one.isFirst : one.keyId === keyId));
  if (!kek) throw new SealkeepError('KEY_NOT_FOUND');
  return kek;
}

/** @throws SealkeepError KEY_NOT_FOUND */
export async function ownVersion(
  parts: Pick<JobParts, 'kms' | 'login'>,
  name: { readonly keyId: string | undefined; readonly version: number },
): Promise<OwnVersion> {
  const { keyId, versions } = await ownKek(parts, name.keyId);
  const found = versions.find(({ version }) => version === name.version);
  if (!found) throw new SealkeepError('KEY_NOT_FOUND');
  return { ...found, keyId };
}
