import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { KMS_MIGRATIONS } from '../store/migrations.ts';
import type { KmsSchema } from '../store/schema.ts';
import { forgetDeleted } from './forget-run-out.ts';

test('what a deletion left behind goes, and where nothing is left nothing is written', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-forget-'));
  let syncs = 0;
  const database = openSqlite<KmsSchema>(path.join(folder, 'kms.sqlite'), {
    async systemSync() {
      syncs += 1;
    },
  });
  await migrate(database, KMS_MIGRATIONS);
  const user = { password_hash: '', totp_secret: Buffer.alloc(0), totp_last_step: 0, created_at: 0 };
  for (const [id, state] of [
    ['ann', 'deleted'],
    ['anna', 'active'],
    ['ben', 'deleted'],
  ] as const) {
    await database
      .insertInto('users')
      .values({ ...user, id, name: id, state, enrolment_ticket_hash: null })
      .execute();
  }
  const names = ['//sealkeep/ann/x', '//sealkeep/anna/x'];
  for (const name of names) {
    await database
      .insertInto('resources')
      .values({ realm: OWN_REALM, name, secret: Buffer.alloc(32), generation: 1 })
      .execute();
  }
  const { signal } = new AbortController();
  await forgetDeleted({ database }, signal);
  expect(await database.selectFrom('resources').select('name').execute()).toEqual([
    { name: '//sealkeep/anna/x' },
  ]);
  syncs = 0;
  await forgetDeleted({ database }, signal);
  expect(syncs).toBe(0);
  await database.destroy();
  await rm(folder, { recursive: true });
});
