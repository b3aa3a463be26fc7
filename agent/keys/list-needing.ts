import type { CensusQuery, CensusReply } from '../../shared/api/kms/keys.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { fileNames } from '../jobs/file-names.ts';
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
  /** As it was registered; undefined for what the cloud does not know. */
  readonly name: string | undefined;
};

/**
 * What hangs on a KEK, page by page as the KMS counts it.
 * @throws SealkeepError KEY_NOT_FOUND, also where the KEK has no such version; SERVER_*
 */
export async function* listNeeding(
  { kms, cloud, login }: Pick<JobParts, 'kms' | 'cloud' | 'login'>,
  { keyId, version, needsNewKey }: NeedingRequest,
): AsyncGenerator<NeedingFile> {
  const kek = await ownKek({ kms, login }, keyId);
  if (version !== undefined && !kek.versions.some((one) => one.version === version))
    throw new SealkeepError('KEY_NOT_FOUND');
  const query: CensusQuery = { version, needs: needsNewKey ? 'new-key' : undefined };
  for (let after: string | undefined; ; ) {
    const { access_token } = await login.tokens();
    const page = await kms.census(access_token, kek.keyId, { ...query, after });
    const names = await fileNames(
      { cloud, login },
      page.items.map(({ resourceName }) => resourceName),
    );
    for (const item of page.items) yield { ...item, name: names.get(item.resourceName) };
    if (page.next === undefined) return;
    after = page.next;
  }
}
