import { sql } from 'kysely';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import type { Secret } from '../../core/crypto/secret.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { resourcePlace } from '../../server/kms/keyring/resources.ts';
import { KMS_RESTING_COLUMNS } from '../../server/kms/store/resting-columns.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';
import {
  type RestingColumn,
  type RestingRow,
  restingRows,
} from '../../server/platform/root-key/resting-columns.ts';
import { openTestSession } from './session-client.ts';
import { enrol, PASSWORD, startTestKms, totpCode } from './start-test-kms.ts';

/**
 * A database of a KMS that keeps one of everything that rests under its root key, and many resources, with nobody using
 * it.
 * @param rootKey stays the caller's.
 */
export async function makeFilledDatabase(file: string, rootKey: Secret, resources: number): Promise<void> {
  const kms = await startTestKms({ rootKey });
  try {
    const person = await enrol(kms, 'anna');
    const bearer = person.confirmed.access_token;
    const session = await openTestSession(kms);
    await session.call('POST', '/crypto/sign', { body: { algorithm: 'Ed25519', data: 'AAAA' } });
    await kms.call('GET', '/get-public-key/anna', { bearer });
    await kms.post('/store-key', { user: 'anna', enc_key: 'AAAA' }, bearer);
    const code = totpCode(person.otpUri, kms.now());
    await kms.post('/authenticator', { password: PASSWORD, code }, bearer);
    const database = openSqlite<KmsSchema>(kms.config.databaseFile);
    const { id } = await database.selectFrom('keks').select('id').executeTakeFirstOrThrow();
    await kms.post('/keys/rotate', { keyId: id }, bearer);
    const atRest = createAtRest(rootKey);
    await database.transaction().execute(async (transaction) => {
      for (let number = 0; number < resources; number += 1) {
        const name = `//sealkeep/${number}`;
        const secret = atRest.seal(resourcePlace('sealkeep', name), Buffer.alloc(32, number));
        const row = { realm: 'sealkeep', name, secret, generation: 1 };
        await transaction.insertInto('resources').values(row).execute();
      }
    });
    await sql`VACUUM INTO ${file}`.execute(database);
    await database.destroy();
  } finally {
    await kms.close();
  }
}

/** All that rests in a KMS's database, by column, whatever key it rests under. */
export async function restingIn(file: string): Promise<Map<RestingColumn, RestingRow[]>> {
  const database = openSqlite<KmsSchema>(file);
  const found = new Map<RestingColumn, RestingRow[]>();
  for (const column of KMS_RESTING_COLUMNS) {
    const rows: RestingRow[] = [];
    for await (const some of restingRows(database, column)) rows.push(...some);
    found.set(column, rows);
  }
  await database.destroy();
  return found;
}
