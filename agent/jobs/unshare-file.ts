import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { readPrelude } from '../engine/open-file.ts';
import type { JobParts } from './parts.ts';
import { ownResource } from './share-file.ts';

/** One of one's own files, by the name that the cloud lists or by its `.enc`, and the person it is shared with. */
export type UnshareRequest = { readonly with: string } & (
  | { readonly name: string }
  | { readonly encPath: string }
);

interface SharedResource {
  readonly resource_name: string;
  readonly with: string;
}

/**
 * Stops sharing: first the grant at the KMS, so that the next unwrap is refused whatever the cloud does, then the share
 * at the cloud, by which it shows. With the `.enc` at hand the first half does not ask the cloud for anything.
 * @throws SealkeepError GRANT_NOT_FOUND, SHARE_LEFT (the grant is gone, the cloud does not answer), SERVER_*.
 */
export async function unshareFile(parts: JobParts, request: UnshareRequest): Promise<void> {
  const shared = { resource_name: await resourceOf(parts, request), with: request.with };
  const isGrantGone = await removeGrant(parts, shared);
  try {
    const isShareGone = await removeShare(parts, shared);
    if (!isGrantGone && !isShareGone) throw new SealkeepError('GRANT_NOT_FOUND');
  } catch (cause) {
    if (!isGrantGone || !isSealkeepError(cause)) throw cause;
    throw new SealkeepError('SHARE_LEFT', { user: request.with }, { cause });
  }
}

async function resourceOf(parts: JobParts, request: UnshareRequest): Promise<string> {
  if ('name' in request) return ownResource(parts, request.name);
  // Whose file it is the KMS knows itself: it removes nobody else's grants.
  return (await readPrelude(request.encPath)).prelude.header.resource_name;
}

async function removeGrant(parts: JobParts, shared: SharedResource): Promise<boolean> {
  const { access_token } = await parts.login.tokens();
  const grants = (await parts.kms.grants(access_token)).filter((grant) => isMeant(grant, shared));
  for (const { id } of grants) await parts.kms.deleteGrant(access_token, id);
  return grants.length > 0;
}

async function removeShare(parts: JobParts, shared: SharedResource): Promise<boolean> {
  const { cloud_token } = await parts.login.tokens();
  const shares = (await parts.cloud.shares(cloud_token)).filter((share) => isMeant(share, shared));
  for (const { id } of shares) await parts.cloud.deleteShare(cloud_token, id);
  return shares.length > 0;
}

function isMeant(one: SharedResource, shared: SharedResource): boolean {
  return one.resource_name === shared.resource_name && one.with === shared.with;
}
