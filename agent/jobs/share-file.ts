import { isKeyFileMac } from '../../core/crypto/file-key.ts';
import { Secret } from '../../core/crypto/secret.ts';
import type { Role } from '../../shared/api/common.ts';
import type { Grant } from '../../shared/api/kms/grants.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { keyFileClaims } from '../../shared/formats/key-file.ts';
import { parseResourceName } from '../../shared/names/resource-name.ts';
import type { JobParts } from './parts.ts';
import { type UnwrapReason, unwrapKeys } from './unwrap-keys.ts';

export interface ShareRequest {
  /** As the cloud lists it among the person's own files. */
  readonly name: string;
  readonly with: string;
  readonly role: Role;
  /** RFC 3339; for good where it is not given. */
  readonly until?: string | undefined;
}

/**
 * Shares one of one's own files: first the grant at the KMS, then the share at the cloud. Where the second fails the
 * first is taken back, so that nothing is granted that nobody sees.
 * @throws SealkeepError GRANT_LEFT where that fails too, CLOUD_NOT_FOUND, GRANT_USER_UNKNOWN, SERVER_*.
 */
export async function shareFile(parts: JobParts, request: ShareRequest): Promise<void> {
  const resourceName = await ownResource(parts, request.name);
  const { access_token, cloud_token } = await parts.login.tokens();
  const { role, until } = request;
  const terms = { with: request.with, role, ...(until === undefined ? {} : { until }) };
  const earlier = (await parts.kms.grants(access_token)).find(
    (one) => one.resource_name === resourceName && one.with === request.with,
  );
  const grant = await parts.kms.createGrant(access_token, { resource_name: resourceName, ...terms });
  try {
    await parts.cloud.createShare(cloud_token, { name: request.name, ...terms });
  } catch (error) {
    await undoGrant(parts, grant, earlier, error);
    throw error;
  }
}

/** A grant replaces the one before it, so that one comes back. */
async function undoGrant(
  { kms, login }: JobParts,
  grant: Grant,
  earlier: Grant | undefined,
  reason: unknown,
): Promise<void> {
  try {
    const { access_token } = await login.tokens();
    if (earlier) {
      const { id: _id, ...terms } = earlier;
      await kms.createGrant(access_token, terms);
    } else await kms.deleteGrant(access_token, grant.id);
  } catch (failure) {
    throw new SealkeepError(
      'GRANT_LEFT',
      { user: grant.with },
      { cause: new AggregateError([reason, failure]) },
    );
  }
}

/**
 * The resource that bears a name. The cloud's word alone would let it have any file granted under another's name; the
 * `.key`'s `mac`, made when the file was sealed, says whether the name is right.
 */
export async function ownResource(
  parts: JobParts,
  name: string,
  reason: UnwrapReason = 'share',
): Promise<string> {
  const { cloud_token, user } = await parts.login.tokens();
  const listed = (await parts.cloud.list(cloud_token, user)).find((file) => file.name === name);
  if (!listed) throw new SealkeepError('CLOUD_NOT_FOUND', { file: name });
  const key = await parts.cloud.key(cloud_token, parseResourceName(listed.resource_name).id);
  const [dek] = await unwrapKeys(parts, [key], reason);
  if (!(dek instanceof Secret)) throw dek ?? new SealkeepError('INTERNAL');
  const isTrue = isKeyFileMac(dek, keyFileClaims(key), key.mac) && key.name === name;
  dek.destroy();
  if (!isTrue || key.resource_name !== listed.resource_name) {
    throw new SealkeepError('SERVER_ANSWER_INVALID', { service: 'cloud', url: parts.cloud.peer.address });
  }
  return listed.resource_name;
}
