import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import {
  changeRootKey,
  type RootKeyChange,
  type RootKeyChanged,
} from '../platform/root-key/change-root-key.ts';
import { assertDatabaseThere } from '../platform/root-key/load-root-key.ts';
import { migrations } from './stores/migrations.ts';
import { CLOUD_RESTING_COLUMNS } from './stores/resting-columns.ts';
import type { CloudSchema } from './stores/schema.ts';

type Change = Pick<RootKeyChange, 'present' | 'next' | 'providerOf' | 'tell' | 'databaseFile'>;

/**
 * Puts another root key in the place of the cloud's (`changeRootKey`), while no server has the database open.
 * @throws SealkeepError DATA_FOLDER_BUSY, and what `changeRootKey` throws.
 */
export async function changeCloudRootKey(change: Change): Promise<RootKeyChanged> {
  await assertDatabaseThere(change.databaseFile, 'CLOUD_DATABASE_URL');
  const database = openSqlite<CloudSchema>(change.databaseFile, { isExclusive: true });
  try {
    await migrate(database, migrations);
    const record = async () => undefined;
    return await changeRootKey({ ...change, database, columns: CLOUD_RESTING_COLUMNS, record });
  } finally {
    await database.destroy();
  }
}
