import { sha256 } from '../../../core/crypto/hash.ts';
import { randomId } from '../../../core/crypto/random.ts';
import type { KmsParts } from '../parts.ts';
import type { KmsDatabase, KmsTransaction } from '../store/schema.ts';
import { CONFIRMED_STATES } from './user-state.ts';

/** Whether nobody is confirmed: whoever is next becomes administrator, and has to show that they may. */
export async function isUnclaimed(database: KmsDatabase | KmsTransaction): Promise<boolean> {
  const row = await database
    .selectFrom('users')
    .select('id')
    .where('state', 'in', CONFIRMED_STATES)
    .limit(1)
    .executeTakeFirst();
  return row === undefined;
}

/**
 * Makes the setup code at a start of a KMS that nobody is registered at, in the place of the one before: that may never
 * have been said, where the start failed after it.
 * @returns the code, 128 random bits, which can be said this once; undefined where somebody is registered.
 */
export function makeSetupCode({
  database,
  now,
}: Pick<KmsParts, 'database' | 'now'>): Promise<string | undefined> {
  return database.transaction().execute(async (transaction) => {
    if (!(await isUnclaimed(transaction))) return undefined;
    const code = randomId();
    await transaction.deleteFrom('setup_code').execute();
    await transaction
      .insertInto('setup_code')
      .values({ hash: sha256(code), created_at: now().getTime() })
      .execute();
    return code;
  });
}

export async function isSetupCode(database: KmsDatabase, text: string): Promise<boolean> {
  const row = await database
    .selectFrom('setup_code')
    .select('created_at')
    .where('hash', '=', sha256(text))
    .executeTakeFirst();
  return row !== undefined;
}
