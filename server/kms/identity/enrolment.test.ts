import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { KMS_MIGRATIONS } from '../store/migrations.ts';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';
import { removeBegun } from './enrolment.ts';

let database: KmsDatabase;
beforeAll(async () => {
  database = openSqlite<KmsSchema>(':memory:');
  await migrate(database, KMS_MIGRATIONS);
});
afterAll(() => database.destroy());

/** What became of the name since its password was looked at, outside the transaction. */
test.each([
  ['is as it was', { state: 'enrolling', password_hash: 'mine' }, false],
  ['was confirmed meanwhile: the account stays', { state: 'active', password_hash: 'mine' }, true],
  ['ran out, and somebody else began: theirs stays', { state: 'enrolling', password_hash: 'theirs' }, true],
] as const)('beginning anew what %s', async (_name, row, stays) => {
  const rest = { totp_secret: Buffer.alloc(0), totp_last_step: 0, created_at: 0 };
  await database
    .insertInto('users')
    .values({ id: 'id', name: 'ann', enrolment_ticket_hash: null, ...row, ...rest })
    .execute();
  await database.transaction().execute((transaction) => removeBegun(transaction, 'ann', 'mine'));
  const left = await database.deleteFrom('users').returning('name').execute();
  expect(left.length > 0).toBe(stays);
});
