import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Caller } from '../caller.ts';
import { sharesWith } from './live-shares.ts';
import { type CloudDatabase, inChunks } from './schema.ts';

interface NewResource {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

export type AccessRole = 'owner' | 'writer' | 'reader';

interface ResourceAccess {
  readonly owner: string;
  readonly name: string;
  readonly role: AccessRole;
}

export interface ResourceStore {
  /**
   * All or none, durable when it resolves.
   * @throws SealkeepError CLOUD_RESOURCE_TAKEN where anyone has one of the ids, or two are the same.
   */
  add(owner: string, resources: readonly NewResource[], now: Date): Promise<void>;
  /** What the caller may do with each resource, by id; what is not theirs in any way is left out. */
  accessTo(ids: readonly string[], caller: Caller, now: Date): Promise<ReadonlyMap<string, ResourceAccess>>;
}

export function createResourceStore(database: CloudDatabase): ResourceStore {
  return {
    async add(owner, resources, now) {
      if (new Set(resources.map(({ id }) => id)).size < resources.length) {
        throw new SealkeepError('CLOUD_RESOURCE_TAKEN');
      }
      const created_at = now.toISOString();
      await database.transaction().execute(async (transaction) => {
        for (const chunk of inChunks(resources)) {
          const { numInsertedOrUpdatedRows } = await transaction
            .insertInto('resources')
            .values(chunk.map(({ id, name, size }) => ({ id, owner, name, size, created_at })))
            .onConflict((conflict) => conflict.column('id').doNothing())
            .executeTakeFirst();
          if (numInsertedOrUpdatedRows !== BigInt(chunk.length))
            throw new SealkeepError('CLOUD_RESOURCE_TAKEN');
        }
      });
    },

    async accessTo(ids, caller, now) {
      const access = new Map<string, ResourceAccess>();
      for (const chunk of inChunks(ids)) {
        const rows = await database
          .selectFrom('resources')
          .leftJoin(sharesWith(caller, now), 'live.resource', 'resources.id')
          .select(['resources.id', 'resources.owner', 'resources.name', 'live.role'])
          .where('resources.id', 'in', chunk)
          .execute();
        for (const { id, owner, name, role } of rows) {
          if (owner === caller.id) access.set(id, { owner, name, role: 'owner' });
          else if (role) access.set(id, { owner, name, role });
        }
      }
      return access;
    },
  };
}
