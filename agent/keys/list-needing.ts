import type { CensusQuery, CensusReply } from '../../shared/api/kms/keys.ts';
import type { JobParts } from '../jobs/parts.ts';
import { ownKek } from './own-version.ts';

export interface NeedingRequest {
  /** The first KEK where it is undefined. */
  readonly keyId: string | undefined;
  /** Every version of it where it is undefined. */
  readonly version: number | undefined;
  /** Only what wants a new DEK, because a version that wrapped its DEK was revoked. */
  readonly needsNewKey: boolean;
}

/** A wrapped key that hangs on a version of one's own KEK. */
export type NeedingFile = CensusReply['items'][number] & {
  /** As the cloud lists it; undefined for what was not uploaded, or is another's. */
  readonly name: string | undefined;
};

/**
 * What hangs on a KEK, page by page as the KMS counts it.
 * @throws SealkeepError KEY_NOT_FOUND, SERVER_*
 */
export async function* listNeeding(
  { kms, cloud, login }: Pick<JobParts, 'kms' | 'cloud' | 'login'>,
  { keyId, version, needsNewKey }: NeedingRequest,
): AsyncGenerator<NeedingFile> {
  const kek = await ownKek({ kms, login }, keyId);
  const { cloud_token, user } = await login.tokens();
  const listed = await cloud.list(cloud_token, user);
  const names = new Map(listed.map(({ resource_name, name }) => [resource_name, name]));
  const query: CensusQuery = { version, needs: needsNewKey ? 'new-key' : undefined };
  for (let after: string | undefined; ; ) {
    const { access_token } = await login.tokens();
    const page = await kms.census(access_token, kek.keyId, { ...query, after });
    for (const item of page.items) yield { ...item, name: names.get(item.resourceName) };
    if (page.next === undefined) return;
    after = page.next;
  }
}
