import { LIMITS } from '../../shared/limits.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import type { JobParts } from './parts.ts';

/**
 * What files are called, by resource name, as they were registered: uploaded or not. For showing only: nothing vouches
 * for a name until the file is opened. What the cloud does not tell this person is left out.
 * @throws SealkeepError SERVER_*
 */
export async function fileNames(
  { cloud, login }: Pick<JobParts, 'cloud' | 'login'>,
  resourceNames: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(resourceNames)].filter((name) => splitResourceName(name) !== undefined);
  const names = new Map<string, string>();
  for (let at = 0; at < wanted.length; at += LIMITS.batch) {
    const { cloud_token } = await login.tokens();
    const { items } = await cloud.names(cloud_token, wanted.slice(at, at + LIMITS.batch));
    for (const { resource_name, name } of items) names.set(resource_name, name);
  }
  return names;
}
