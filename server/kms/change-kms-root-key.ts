import { migrate } from '../../core/durable/migrate.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import {
  changeRootKey,
  type RootKeyChange,
  type RootKeyChanged,
} from '../platform/root-key/change-root-key.ts';
import { assertDatabaseThere } from '../platform/root-key/load-root-key.ts';
import { createAuditLog } from './audit/audit-log.ts';
import { OWN_ACTOR, ownAct } from './audit/own-act.ts';
import { KMS_MIGRATIONS } from './store/migrations.ts';
import { KMS_RESTING_COLUMNS } from './store/resting-columns.ts';
import type { KmsSchema } from './store/schema.ts';

type Change = Pick<RootKeyChange, 'present' | 'next' | 'providerOf' | 'tell' | 'databaseFile'>;

/**
 * Puts another root key in the place of the KMS's (`changeRootKey`), while no server has the database open; the audit
 * log says so.
 * @throws SealkeepError DATA_FOLDER_BUSY, and what `changeRootKey` throws.
 */
export async function changeKmsRootKey(change: Change, now: () => Date): Promise<RootKeyChanged> {
  await assertDatabaseThere(change.databaseFile, 'KMS_DATABASE_URL');
  const database = openSqlite<KmsSchema>(change.databaseFile, { isExclusive: true });
  try {
    await migrate(database, KMS_MIGRATIONS);
    const audit = createAuditLog(database, now);
    return await changeRootKey({
      ...change,
      database,
      columns: KMS_RESTING_COLUMNS,
      record: (transaction) =>
        audit.append(
          ownAct(),
          [{ actor: OWN_ACTOR, operation: 'change-root-key', reason: change.next.provider }],
          transaction,
        ),
    });
  } finally {
    await database.destroy();
  }
}
