import type { CloudDatabase } from './schema.ts';

/**
 * The blobs that may lie in the folder without a file that names them. Only what stands here is ever removed, so a
 * database that was restored from yesterday, or set beside the wrong folder, removes nothing that it doesn't know.
 */
export interface UnnamedBlobStore {
  /** Durable when it resolves: to be called before a blob gets its name. */
  add(blob: string): Promise<void>;
  has(blob: string): Promise<boolean>;
  remove(blob: string): Promise<void>;
  all(): Promise<string[]>;
}

export function createUnnamedBlobStore(database: CloudDatabase): UnnamedBlobStore {
  return {
    async add(blob) {
      await database.insertInto('unnamed_blobs').values({ blob }).execute();
    },
    async has(blob) {
      const row = await database
        .selectFrom('unnamed_blobs')
        .select('blob')
        .where('blob', '=', blob)
        .executeTakeFirst();
      return row !== undefined;
    },
    async remove(blob) {
      await database.deleteFrom('unnamed_blobs').where('blob', '=', blob).execute();
    },
    async all() {
      const rows = await database.selectFrom('unnamed_blobs').select('blob').execute();
      return rows.map(({ blob }) => blob);
    },
  };
}
