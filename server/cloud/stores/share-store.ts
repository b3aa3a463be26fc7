import { randomId } from '../../../core/crypto/random.ts';
import type { Role } from '../../../shared/api/common.ts';
import type { CloudDatabase } from './schema.ts';

export interface StoredShare {
  readonly id: string;
  /** What the file is called. */
  readonly name: string;
  readonly resource: string;
  readonly with: string;
  readonly role: Role;
  readonly until: string | null;
}

interface NewShare {
  readonly resource: string;
  readonly with: string;
  readonly role: Role;
  readonly until: Date | undefined;
}

export interface ShareStore {
  /** One share for a resource and a person: a second one replaces what the first said and keeps its id. */
  put(share: NewShare, now: Date): Promise<string>;
  /** Those that a person made, also ended ones; of one file where a name is given. */
  madeBy(owner: string, name: string | undefined): Promise<StoredShare[]>;
  /** @returns false where that person made no such share. */
  remove(owner: string, id: string): Promise<boolean>;
}

export function createShareStore(database: CloudDatabase): ShareStore {
  return {
    async put(share, now) {
      const until = share.until?.toISOString() ?? null;
      const { id } = await database
        .insertInto('shares')
        .values({
          id: randomId(),
          resource: share.resource,
          with_name: share.with,
          role: share.role,
          until,
          created_at: now.toISOString(),
        })
        .onConflict((conflict) =>
          conflict.columns(['resource', 'with_name']).doUpdateSet({ role: share.role, until }),
        )
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },

    async madeBy(owner, name) {
      const rows = await database
        .selectFrom('shares')
        .innerJoin('resources', 'resources.id', 'shares.resource')
        .leftJoin('files', 'files.resource', 'shares.resource')
        .select(['shares.id', 'shares.resource', 'shares.with_name', 'shares.role', 'shares.until'])
        // A file that was deleted here lives on with its pair, under the name that it was registered by.
        .select((select) => select.fn.coalesce('files.name', 'resources.name').as('name'))
        .where('resources.owner', '=', owner)
        .orderBy('shares.created_at')
        .execute();
      return rows
        .filter((row) => name === undefined || row.name === name)
        .map(({ with_name, ...row }) => ({ ...row, with: with_name }));
    },

    async remove(owner, id) {
      const { numDeletedRows } = await database
        .deleteFrom('shares')
        .where('id', '=', id)
        .where('resource', 'in', (from) =>
          from.selectFrom('resources').select('resources.id').where('owner', '=', owner),
        )
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
