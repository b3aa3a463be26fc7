import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followLog } from '../../agent/audit/follow-log.ts';
import { wrapFreshKeys } from '../../agent/jobs/wrap-keys.ts';
import { chainEntry, NO_ENTRIES } from '../../core/audit/chain.ts';
import { signCheckpoint } from '../../core/audit/checkpoint.ts';
import { generateSigningKey } from '../../core/crypto/key-pairs.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { entryText } from '../../server/kms/audit/audit-rows.ts';
import type { KmsDatabase, KmsSchema } from '../../server/kms/store/schema.ts';
import { PASSWORD, totpCode } from '../kms/start-test-kms.ts';
import { startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

/** Who has the KMS's database rewrites its audit log; who has seen it before notices. */
let world: TestWorld;
let ann: WorldPerson;
let database: KmsDatabase;

beforeAll(async () => {
  world = await startTestWorld();
  ann = await world.person('ann');
  database = openSqlite<KmsSchema>(world.kms.config.databaseFile);
  for (const act of ['update', 'delete']) {
    await sql.raw(`DROP TRIGGER audit_no_${act}`).execute(database);
    await sql.raw(`DROP TRIGGER audit_checkpoints_no_${act}`).execute(database);
  }
});
afterAll(async () => {
  await database.destroy();
  await world.close();
});

/** Enough entries for the KMS to sign a checkpoint. */
async function wrapThousand(): Promise<void> {
  const files = Array.from({ length: 1000 }, (_, index) => ({ name: `${index}`, size: 1 }));
  for (const { dek } of await wrapFreshKeys(ann.agent.jobs, files)) dek.destroy();
}

const logIn = () => {
  world.advance(60);
  return ann.agent.login.login('ann', { password: PASSWORD, code: totpCode(ann.otpUri, world.now()) });
};
const kept = async () => JSON.parse(await readFile(path.join(ann.home, 'audit-test.json'), 'utf8'));
const follow = async (isWhole = false) =>
  followLog(ann.agent.log, { bearer: (await ann.agent.login.tokens()).access_token, isWhole });

/** Changes one entry, and makes the chain anew from there on. */
async function rewrite(from: number): Promise<void> {
  const rows = await database.selectFrom('audit').selectAll().orderBy('seq').execute();
  let head = NO_ENTRIES.link;
  await database.transaction().execute(async (transaction) => {
    for (const row of rows) {
      if (row.seq >= from) {
        const changed = row.seq === from ? { ...row, actor: 'mallory' } : row;
        const chained = chainEntry(head, entryText(changed));
        const { actor } = changed;
        await transaction
          .updateTable('audit')
          .set({ ...chained, actor })
          .where('seq', '=', row.seq)
          .execute();
        head = chained.link;
      } else head = row.link;
    }
  });
}

/** Lets the log be another for a while. */
async function meanwhile(change: () => Promise<void>, look: () => Promise<void>): Promise<void> {
  const audit = await database.selectFrom('audit').selectAll().execute();
  const checkpoints = await database.selectFrom('audit_checkpoints').selectAll().execute();
  await change();
  await look();
  await database.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('audit').execute();
    await transaction.deleteFrom('audit_checkpoints').execute();
    for (const row of audit) await transaction.insertInto('audit').values(row).execute();
    for (const row of checkpoints) await transaction.insertInto('audit_checkpoints').values(row).execute();
  });
}

describe('an agent', () => {
  test('keeps the newest checkpoint that it saw, and follows the log from there', async () => {
    await logIn();
    await expect(kept()).rejects.toThrow('ENOENT');
    await wrapThousand();
    await logIn();
    const first = await kept();
    expect(first.seq).toBeGreaterThanOrEqual(1000);
    await wrapThousand();
    expect(await follow()).toMatchObject({ from: first.seq });
    const second = await kept();
    expect(second.seq).toBeGreaterThan(first.seq);
    const whole = await follow(true);
    expect(whole).toMatchObject({ from: 0, signedUpTo: second.seq });
    expect(whole.entries).toBeGreaterThanOrEqual(second.seq);
  });

  test('does not log in where entries that it saw were rewritten, however well', async () => {
    await meanwhile(
      () => rewrite(3),
      async () => {
        const { seq } = await kept();
        await expect(logIn()).rejects.toMatchObject({
          code: 'AUDIT_LOG_BROKEN',
          details: { seq: seq + 1 },
        });
        await expect(follow(true)).rejects.toMatchObject({ code: 'AUDIT_LOG_BROKEN' });
        // The KMS's own key signs what it has now: that helps nothing against who saw it before.
        await wrapThousand();
        await expect(logIn()).rejects.toMatchObject({ code: 'AUDIT_LOG_BROKEN' });
      },
    );
  });

  test('nor where they were cut off', async () => {
    const { seq } = await kept();
    await meanwhile(
      async () => {
        await database.deleteFrom('audit').where('seq', '>', 10).execute();
        await database.deleteFrom('audit_checkpoints').execute();
      },
      () => expect(logIn()).rejects.toMatchObject({ code: 'AUDIT_LOG_BROKEN', details: { seq } }),
    );
  });

  test('nor where somebody else signed', async () => {
    const key = await generateSigningKey('EdDSA');
    await meanwhile(
      async () => {
        const row = await database
          .selectFrom('audit')
          .selectAll()
          .orderBy('seq', 'desc')
          .executeTakeFirstOrThrow();
        const link = Buffer.from(row.link).toString('base64');
        const at = world.now().toISOString();
        const jws = signCheckpoint(key, { iss: world.kms.config.url, seq: row.seq, link, at });
        await database.deleteFrom('audit_checkpoints').where('seq', '=', row.seq).execute();
        await database.insertInto('audit_checkpoints').values({ seq: row.seq, at: 0, jws }).execute();
      },
      () => expect(logIn()).rejects.toMatchObject({ code: 'AUDIT_CHECKPOINT_REFUSED' }),
    );
  });

  test('is let in again once it forgets what it saw', async () => {
    await logIn();
    await ann.agent.log.store.forget();
    await rewrite(3);
    await database.deleteFrom('audit_checkpoints').execute();
    await logIn();
    await wrapThousand();
    await logIn();
    expect((await kept()).seq).toBeGreaterThan(0);
  });
});
