import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';

type Store = KmsDatabase | KmsTransaction;

/** Whether somebody is an active administrator, as the database has it now. */
export async function isAdministrator(database: Store, userId: string): Promise<boolean> {
  const row = await administrators(database).where('id', '=', userId).executeTakeFirst();
  return row !== undefined;
}

/** @throws SealkeepError ADMINISTRATOR_LAST where nobody but this person is an active administrator. */
export async function assertNotLastAdministrator(database: Store, userId: string): Promise<void> {
  if (!(await isAdministrator(database, userId))) return;
  const other = await administrators(database).where('id', '!=', userId).limit(1).executeTakeFirst();
  if (!other) throw new SealkeepError('ADMINISTRATOR_LAST');
}

function administrators(database: Store) {
  return database
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'administrator')
    .where('state', '=', 'active');
}
