import type { CloudFile } from '../../../shared/api/cloud/files.ts';
import { formatResourceName } from '../../../shared/names/resource-name.ts';
import type { Caller } from '../caller.ts';
import { liveShares, sharesWith } from './live-shares.ts';
import type { CloudDatabase } from './schema.ts';

export interface FileListStore {
  /** The caller's own uploaded files, each with whom it is shared. */
  own(caller: Caller, now: Date): Promise<CloudFile[]>;
  /** Uploaded files of others that are shared with the caller; of one owner where a user name is given. */
  sharedWith(caller: Caller, now: Date, owner?: string): Promise<CloudFile[]>;
}

export function createFileListStore(database: CloudDatabase): FileListStore {
  const files = database
    .selectFrom('files')
    .innerJoin('people', 'people.id', 'files.owner')
    .innerJoin('registry', 'registry.resource', 'files.resource')
    .select([
      'files.resource',
      'files.owner as owner_id',
      'people.name as owner',
      'files.name',
      'files.size',
      'files.changed_at',
      'registry.key_version',
    ])
    .orderBy('people.name')
    .orderBy('files.name');

  return {
    async own(caller, now) {
      const rows = await files.where('files.owner', '=', caller.id).execute();
      const shares = await database
        .selectFrom('files')
        .innerJoin(liveShares(now), 'live.resource', 'files.resource')
        .select(['files.resource', 'live.with_name'])
        .where('files.owner', '=', caller.id)
        .orderBy('live.with_name')
        .execute();
      const names = Map.groupBy(shares, ({ resource }) => resource);
      return rows.map((row) => {
        const shared_with = (names.get(row.resource) ?? []).map(({ with_name }) => with_name);
        return cloudFileOf(row, 'owner', shared_with);
      });
    },

    async sharedWith(caller, now, owner) {
      const shared = files
        .innerJoin(sharesWith(caller, now), 'live.resource', 'files.resource')
        .select('live.role')
        .where('files.owner', '!=', caller.id);
      const rows = await (owner === undefined ? shared : shared.where('people.name', '=', owner)).execute();
      // With whom else a file is shared is the owner's business.
      return rows.map((row) => cloudFileOf(row, row.role, []));
    },
  };
}

type Row = Omit<CloudFile, 'resource_name' | 'role' | 'shared_with'> & {
  readonly resource: string;
  readonly owner_id: string;
};

function cloudFileOf(row: Row, role: CloudFile['role'], shared_with: string[]): CloudFile {
  const { resource, owner_id, ...file } = row;
  return { ...file, resource_name: formatResourceName({ owner: owner_id, id: resource }), role, shared_with };
}
