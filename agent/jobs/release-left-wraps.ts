import { subjectOf } from '../../core/crypto/tokens.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import type { JobParts } from './parts.ts';
import { findLeftRecords } from './wrap-record.ts';

/**
 * Has the KMS stop counting what this device had wrapped for the person, and what never came to the registry: its process
 * was killed in between, or a server failed. Otherwise its key version could never end.
 * @throws SealkeepError NOT_LOGGED_IN, LOGIN_ENDED, SERVER_*
 */
export async function releaseLeftWraps({
  kms,
  login,
  dataFolder,
  now,
}: Pick<JobParts, 'kms' | 'login' | 'dataFolder' | 'now'>): Promise<void> {
  for (const { resourceNames, forget } of await findLeftRecords(dataFolder, now())) {
    const { access_token } = await login.tokens();
    const owner = subjectOf(access_token);
    // Another person's waits until they come.
    if (resourceNames.some((name) => splitResourceName(name)?.owner !== owner)) continue;
    if (resourceNames.length > 0) await kms.release(access_token, resourceNames);
    await forget();
  }
}
