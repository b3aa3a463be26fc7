import { openSqlite } from '../../core/durable/sqlite.ts';
import type { CloudSchema } from '../cloud/stores/schema.ts';

const AT_ONCE = 1000;

export interface NamedBlob {
  readonly blob: string;
  readonly bytes: number;
}

/** The blobs that a cloud's database names, in their order. */
export async function* namedBlobs(databaseFile: string): AsyncGenerator<NamedBlob> {
  const database = openSqlite<CloudSchema>(databaseFile);
  try {
    for (let after = ''; ; ) {
      const rows = await database
        .selectFrom('files')
        .select(['blob', 'enc_size as bytes'])
        .where('blob', '>', after)
        .orderBy('blob')
        .limit(AT_ONCE)
        .execute();
      yield* rows;
      const last = rows.at(-1);
      if (!last) return;
      after = last.blob;
    }
  } finally {
    await database.destroy();
  }
}
