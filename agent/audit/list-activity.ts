import type { AuditReply } from '../../shared/api/kms/audit.ts';
import type { ActivityFilter } from '../../shared/bridge/activity-calls.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { resourceName } from '../../shared/names/resource-name.ts';
import type { JobParts } from '../jobs/parts.ts';

/** Entries of the audit log, and what the cloud calls the files in them. */
interface Activity extends AuditReply {
  readonly names: ReadonlyMap<string, string>;
}

const PAGE = 100;

/**
 * Entries that the person may read, newest first, with the names of files.
 * @throws SealkeepError CLOUD_NOT_FOUND where the filter names a file that is not listed, SERVER_*
 */
export async function listActivity(
  parts: Pick<JobParts, 'kms' | 'cloud' | 'login'>,
  { file, ...filter }: ActivityFilter & { readonly before?: number | undefined },
): Promise<Activity> {
  const names = await fileNames(parts, file !== undefined);
  const resource = file === undefined ? undefined : resourceOf(names, file);
  const { access_token } = await parts.login.tokens();
  const query = { ...filter, limit: PAGE, ...(resource === undefined ? {} : { resource_name: resource }) };
  return { ...(await parts.kms.auditEntries(access_token, query)), names };
}

/** Without the cloud files have no names, which is no reason not to show what was done with them. */
async function fileNames(
  { cloud, login }: Pick<JobParts, 'cloud' | 'login'>,
  areNeeded: boolean,
): Promise<ReadonlyMap<string, string>> {
  const { cloud_token, user } = await login.tokens();
  try {
    const lists = await Promise.all([cloud.list(cloud_token, user), cloud.sharedWithMe(cloud_token)]);
    return new Map(lists.flat().map(({ resource_name, name }) => [resource_name, name]));
  } catch (error) {
    if (areNeeded || !isSealkeepError(error)) throw error;
    return new Map();
  }
}

function resourceOf(names: ReadonlyMap<string, string>, file: string) {
  const found = [...names].find(([, name]) => name === file);
  if (!found) throw new SealkeepError('CLOUD_NOT_FOUND', { file });
  return resourceName.parse(found[0]);
}
