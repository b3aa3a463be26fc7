import { expect, test } from 'vitest';
import { migrate } from '../../../../core/durable/migrate.ts';
import { openSqlite } from '../../../../core/durable/sqlite.ts';
import { KMS_MIGRATIONS } from '../migrations.ts';
import type { KmsSchema } from '../schema.ts';

test('of the people of an older KMS the one who came first and is active becomes administrator', async () => {
  const database = openSqlite<KmsSchema>(':memory:');
  const { '0008-people': people, ...before } = KMS_MIGRATIONS;
  await migrate(database, Object.fromEntries(Object.entries(before).filter(([name]) => name < '0008')));
  const ages = [
    ['begun', 'enrolling', 1],
    ['second', 'active', 3],
    ['first', 'active', 2],
    ['third', 'active', 4],
  ] as const;
  for (const [id, state, created_at] of ages) {
    await database
      .insertInto('users')
      .values({
        ...{ id, name: id, state, created_at },
        ...{
          password_hash: '',
          totp_secret: new Uint8Array(),
          totp_last_step: 0,
          enrolment_ticket_hash: null,
        },
      })
      .execute();
  }
  await people.up(database);
  const administrators = await database
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'administrator')
    .execute();
  await database.destroy();
  expect(administrators).toEqual([{ id: 'first' }]);
});
