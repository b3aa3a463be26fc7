import type { AuditReply } from '../../shared/api/kms/audit.ts';
import type { ActivityFilter } from '../../shared/bridge/activity-calls.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { resourceName } from '../../shared/names/resource-name.ts';
import { fileNames } from '../jobs/file-names.ts';
import type { JobParts } from '../jobs/parts.ts';

/** Entries of the audit log, and what the files in them are called. */
interface Activity extends AuditReply {
  readonly names: ReadonlyMap<string, string>;
}

type Parts = Pick<JobParts, 'kms' | 'cloud' | 'login'>;

const PAGE = 100;

/**
 * Entries that the person may read, newest first, with the names of files.
 * @throws SealkeepError CLOUD_NOT_FOUND where the filter names a file that is not listed, SERVER_*
 */
export async function listActivity(
  parts: Parts,
  { file, ...filter }: ActivityFilter & { readonly before?: number | undefined },
): Promise<Activity> {
  const resource = file === undefined ? {} : { resource_name: await resourceOf(parts, file) };
  const { access_token } = await parts.login.tokens();
  const page = await parts.kms.auditEntries(access_token, { ...filter, limit: PAGE, ...resource });
  return { ...page, names: await namesIn(parts, page) };
}

/** Without the cloud files have no names, which is no reason not to show what was done with them. */
async function namesIn(parts: Parts, { items }: AuditReply): Promise<ReadonlyMap<string, string>> {
  try {
    return await fileNames(
      parts,
      items.flatMap(({ resource_name }) => resource_name ?? []),
    );
  } catch (error) {
    if (isSealkeepError(error)) return new Map();
    throw error;
  }
}

async function resourceOf({ cloud, login }: Parts, file: string) {
  const { cloud_token, user } = await login.tokens();
  const lists = await Promise.all([cloud.list(cloud_token, user), cloud.sharedWithMe(cloud_token)]);
  const found = lists.flat().find(({ name }) => name === file);
  if (!found) throw new SealkeepError('CLOUD_NOT_FOUND', { file });
  return resourceName.parse(found.resource_name);
}
