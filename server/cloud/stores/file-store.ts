import type { Transaction } from 'kysely';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Caller } from '../caller.ts';
import { sharesWith } from './live-shares.ts';
import { newestWrap } from './newest-wrap.ts';
import type { RegisteredKey } from './registered-key.ts';
import type { AccessRole } from './resource-store.ts';
import type { CloudDatabase, CloudSchema } from './schema.ts';

export interface FileAddress {
  /** The owner's user name. */
  readonly user: string;
  readonly name: string;
}

export interface StoredFile {
  readonly resource: string;
  readonly owner: string;
  readonly role: AccessRole;
  readonly blob: string;
  /** The text of the pair's `.key`. */
  readonly key_file: string;
}

interface UploadedFile {
  readonly owner: string;
  readonly name: string;
  readonly size: number;
  readonly blob: string;
  readonly encSize: number;
  readonly key: RegisteredKey;
}

export interface FileStore {
  /** @returns undefined where there is no such file, and where the caller may not know of it. */
  find(address: FileAddress, caller: Caller, now: Date): Promise<StoredFile | undefined>;
  /** Bytes of `.enc` that a person keeps: in all, and the largest one's. */
  usage(owner: string): Promise<{ readonly total: number; readonly largest: number }>;
  /**
   * Points a resource's file at a new blob, together with its key: one transaction, durable when it resolves.
   * The blob leaves the list of unnamed ones, and the one that it replaces goes there.
   * @returns the replaced blob.
   * @throws SealkeepError CLOUD_NAME_TAKEN or CLOUD_QUOTA_EXCEEDED; then nothing changed.
   */
  put(file: UploadedFile, quotaBytes: number, now: Date): Promise<string | undefined>;
  /** Takes the uploaded pair away; its resource and registered key stay. The blob goes to the unnamed ones. */
  remove(file: Pick<StoredFile, 'resource' | 'blob'>): Promise<void>;
}

export function createFileStore(database: CloudDatabase): FileStore {
  return {
    async find({ user, name }, caller, now) {
      const row = await database
        .selectFrom('files')
        .innerJoin('people', 'people.id', 'files.owner')
        .leftJoin(sharesWith(caller, now), 'live.resource', 'files.resource')
        .select(['files.resource', 'files.owner', 'files.blob', 'files.key_file', 'live.role'])
        .where('people.name', '=', user)
        .where('files.name', '=', name)
        .executeTakeFirst();
      const role = row?.owner === caller.id ? 'owner' : row?.role;
      return row && role ? { ...row, role } : undefined;
    },

    async usage(owner) {
      const row = await database
        .selectFrom('files')
        .select((select) => [
          select.fn.sum<number | null>('enc_size').as('total'),
          select.fn.max('enc_size').as('largest'),
        ])
        .where('owner', '=', owner)
        .executeTakeFirst();
      return { total: row?.total ?? 0, largest: row?.largest ?? 0 };
    },

    put(file, quotaBytes, now) {
      return database.transaction().execute(async (transaction) => {
        await assertFits(transaction, file, quotaBytes);
        const there = await transaction
          .selectFrom('registry')
          .select('key_file')
          .where('resource', '=', file.key.resource)
          .executeTakeFirst();
        const { resource, text, mac, kek } = newestWrap(there?.key_file, file.key);
        const wrapped = { key_file: text, kek_id: kek.keyId, key_version: kek.version };
        const replaced = await transaction
          .selectFrom('files')
          .select('blob')
          .where('resource', '=', resource)
          .executeTakeFirst();
        const row = {
          resource,
          owner: file.owner,
          name: file.name,
          size: file.size,
          blob: file.blob,
          enc_size: file.encSize,
          ...wrapped,
          mac,
          changed_at: now.toISOString(),
        };
        const registered = { resource, ...wrapped };
        await transaction
          .insertInto('files')
          .values(row)
          .onConflict((conflict) => conflict.column('resource').doUpdateSet(row))
          .execute();
        await transaction
          .insertInto('registry')
          .values(registered)
          .onConflict((conflict) => conflict.column('resource').doUpdateSet(registered))
          .execute();
        await transaction.deleteFrom('unnamed_blobs').where('blob', '=', file.blob).execute();
        if (replaced) await transaction.insertInto('unnamed_blobs').values(replaced).execute();
        return replaced?.blob;
      });
    },

    remove({ resource, blob }) {
      return database.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('files')
          .where('resource', '=', resource)
          .where('blob', '=', blob)
          .executeTakeFirst();
        // An upload replaced the file since it was looked at: what is there now was not what was asked away.
        if (numDeletedRows === 0n) throw new SealkeepError('CLOUD_PRECONDITION_FAILED');
        await transaction.insertInto('unnamed_blobs').values({ blob }).execute();
      });
    },
  };
}

/** Looks at the owner's other files only: a file may replace itself under its own name, and its own bytes go. */
async function assertFits(
  transaction: Transaction<CloudSchema>,
  { owner, name, encSize, key }: UploadedFile,
  quotaBytes: number,
): Promise<void> {
  const others = transaction
    .selectFrom('files')
    .where('owner', '=', owner)
    .where('resource', '!=', key.resource);
  const namesake = await others.select('resource').where('name', '=', name).executeTakeFirst();
  if (namesake) throw new SealkeepError('CLOUD_NAME_TAKEN', { name });
  const kept = await others
    .select((select) => select.fn.sum<number | null>('enc_size').as('total'))
    .executeTakeFirst();
  if ((kept?.total ?? 0) + encSize > quotaBytes) throw new SealkeepError('CLOUD_QUOTA_EXCEEDED');
}
