import type { Migration } from 'kysely/migration';
import { migrations as CLOUD_MIGRATIONS } from '../cloud/stores/migrations.ts';
import { CLOUD_RESTING_COLUMNS } from '../cloud/stores/resting-columns.ts';
import { KMS_MIGRATIONS } from '../kms/store/migrations.ts';
import { KMS_RESTING_COLUMNS } from '../kms/store/resting-columns.ts';
import type { RestingColumn } from '../platform/root-key/resting-columns.ts';
import type { ServerName } from './entries.ts';

interface ServerDatabase {
  readonly migrations: Readonly<Record<string, Migration>>;
  /** What rests under the server's root key. */
  readonly columns: readonly RestingColumn[];
  /** The setting that says where its root key is. */
  readonly rootKeySetting: 'KMS_ROOT_KEY' | 'CLOUD_ROOT_KEY';
}

/** What is known of each server's database without starting it. */
export const SERVER_DATABASES: Readonly<Record<ServerName, ServerDatabase>> = {
  kms: { migrations: KMS_MIGRATIONS, columns: KMS_RESTING_COLUMNS, rootKeySetting: 'KMS_ROOT_KEY' },
  cloud: { migrations: CLOUD_MIGRATIONS, columns: CLOUD_RESTING_COLUMNS, rootKeySetting: 'CLOUD_ROOT_KEY' },
};
