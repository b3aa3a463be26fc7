import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createAtRest } from '../../../core/crypto/at-rest.ts';
import { randomId } from '../../../core/crypto/random.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { createGroupCommit } from '../../../core/durable/group-commit.ts';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { testConfig } from '../../../test/kms/start-test-kms.ts';
import { createCallLimits } from '../../platform/http/call-limits.ts';
import { createAuditLog } from '../audit/audit-log.ts';
import { KMS_MIGRATIONS } from '../store/migrations.ts';
import type { KmsSchema } from '../store/schema.ts';
import { createInvitation } from './create-invitation.ts';

const now = () => new Date('2026-11-22T12:00:00Z');

test('who was let in as administrator, and is none any more, changes nothing', async () => {
  const database = openSqlite<KmsSchema>(':memory:');
  await migrate(database, KMS_MIGRATIONS);
  const parts = {
    config: testConfig('/nowhere'),
    database,
    commits: createGroupCommit(database),
    atRest: createAtRest(Secret.random(32)),
    audit: createAuditLog(database, now),
    limits: createCallLimits(0),
    now,
    logger: pino({ level: 'silent' }),
  };
  const person = { id: randomId(), name: 'ann', loginId: randomId() };
  await database
    .insertInto('users')
    .values({
      ...{ id: person.id, name: person.name, state: 'active', role: 'administrator', created_at: 0 },
      ...{ password_hash: '', totp_secret: new Uint8Array(), totp_last_step: 0, enrolment_ticket_hash: null },
    })
    .execute();
  const invite = () => createInvitation(parts, { requestId: 'r', address: '' }, person, {});
  const count = async () => (await database.selectFrom('invitations').select('id').execute()).length;
  await invite();
  for (const change of [{ role: 'member' }, { role: 'administrator', state: 'disabled' }] as const) {
    await database.updateTable('users').set(change).execute();
    await expect(invite()).rejects.toMatchObject({ code: 'ADMINISTRATOR_REQUIRED' });
    expect(await count()).toBe(1);
  }
  const entries = await database.selectFrom('audit').select(['operation', 'code']).orderBy('seq').execute();
  await database.destroy();
  expect(entries.map(({ code }) => code)).toEqual([null, 'ADMINISTRATOR_REQUIRED', 'ADMINISTRATOR_REQUIRED']);
});
