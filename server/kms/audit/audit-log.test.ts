import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyLog } from '../../../core/audit/verify-log.ts';
import { generateSigningKey, type SigningKey } from '../../../core/crypto/key-pairs.ts';
import { createGroupCommit } from '../../../core/durable/group-commit.ts';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { canonicalEntry } from '../../../shared/formats/audit-entry.ts';
import { KMS_MIGRATIONS } from '../store/migrations.ts';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';
import { type AuditLog, type CheckpointSigner, createAuditLog } from './audit-log.ts';
import { entryOf, entryText } from './audit-rows.ts';
import { createCheckpointSigner, keepCheckpoint } from './checkpoints.ts';
import { readLog } from './read-log.ts';

const CALL = { requestId: 'r', address: '127.0.0.1' };
const WRAP = { actor: 'ann', operation: 'wrap', reason: 'seal' };
const now = () => new Date('2026-11-22T12:00:00Z');

let database: KmsDatabase;
let key: SigningKey;
let signer: CheckpointSigner;
let log: AuditLog;

beforeEach(async () => {
  database = openSqlite<KmsSchema>(':memory:');
  await migrate(database, KMS_MIGRATIONS);
  key = await generateSigningKey('EdDSA');
  signer = createCheckpointSigner(key, 'https://kms.test', now);
  log = createAuditLog(database, now, signer);
});
afterEach(() => database.destroy());

const report = () => verifyLog(readLog(database));
const rows = () => database.selectFrom('audit').selectAll().orderBy('seq').execute();

describe('the chain', () => {
  test('holds whatever was said, and canonical JSON is what was hashed', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ actor: text, reason: text, resourceName: text, delegatedTo: text }), {
          minLength: 1,
        }),
        async (entries) => {
          await log.append(
            CALL,
            entries.map((entry) => ({ ...entry, operation: 'wrap' })),
          );
        },
      ),
      {
        numRuns: 15,
        examples: [[[{ actor: '\ud800', reason: 'a\0b', resourceName: '', delegatedTo: '\u2028' }]]],
      },
    );
    expect((await report()).fault).toBeUndefined();
    for (const row of await rows()) expect(entryText(row)).toBe(canonicalEntry(entryOf(row)));
  });

  test('goes on where a savepoint was rolled back, in the same group', async () => {
    const commits = createGroupCommit(database);
    const add = (fails: boolean) =>
      commits.run(async (transaction) => {
        await log.append(CALL, [WRAP, WRAP], transaction);
        if (fails) throw new Error('no');
      });
    const outcomes = await Promise.allSettled([add(false), add(true), add(false), add(true)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(await report()).toMatchObject({ entries: 4, fault: undefined });
  });

  test('goes on where a whole transaction was rolled back', async () => {
    await log.append(CALL, [WRAP]);
    const failing = database.transaction().execute(async (transaction) => {
      await log.append(CALL, [WRAP], transaction);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await log.append(CALL, [WRAP]);
    expect(await report()).toMatchObject({ entries: 2, fault: undefined });
  });

  test.each([
    ['changed', "UPDATE audit SET actor = 'ben' WHERE seq = 2", { seq: 2, kind: 'changed' }],
    ['dropped', 'DELETE FROM audit WHERE seq = 2', { seq: 2, kind: 'missing' }],
    [
      'moved',
      'UPDATE audit SET seq = -1 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = -1',
      { seq: 2, kind: 'misplaced' },
    ],
    [
      'put in',
      "UPDATE audit SET seq = 6 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 3; INSERT INTO audit SELECT 3, at, request_id, address, 'ben', operation, resource_name, reason, decision, code, delegated_to, count, salt, inner, link FROM audit WHERE seq = 2",
      { seq: 3, kind: 'misplaced' },
    ],
  ])('an entry that was %s is refused by the database, and else named', async (_what, change, fault) => {
    await log.append(CALL, [WRAP, WRAP, WRAP, WRAP, WRAP]);
    const run = async () => {
      for (const statement of change.split('; ')) await sql.raw(statement).execute(database);
    };
    await expect(run()).rejects.toThrow('append-only');
    for (const act of ['update', 'delete']) await sql.raw(`DROP TRIGGER audit_no_${act}`).execute(database);
    await run();
    expect((await report()).fault).toEqual(fault);
  });
});

describe('checkpoints', () => {
  test('are made with every thousandth entry, and over what is new when asked', async () => {
    await log.append(CALL, Array<typeof WRAP>(990).fill(WRAP));
    expect(await report()).toMatchObject({ checkpoints: 0 });
    await log.append(CALL, Array<typeof WRAP>(1500).fill(WRAP));
    expect(await report()).toMatchObject({ checkpoints: 2, signedUpTo: 2490, key: key.kid, failed: [] });
    await keepCheckpoint(database, signer);
    await log.append(CALL, [WRAP]);
    await keepCheckpoint(database, signer);
    await keepCheckpoint(database, signer);
    expect(await report()).toMatchObject({ checkpoints: 3, signedUpTo: 2491, fault: undefined });
  });

  test('vanish with the transaction that made them', async () => {
    await log.append(CALL, Array<typeof WRAP>(999).fill(WRAP));
    const failing = database.transaction().execute(async (transaction) => {
      await log.append(CALL, [WRAP], transaction);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await report()).toMatchObject({ entries: 999, checkpoints: 0 });
  });

  test('tell what was cut off, and a chain that was made anew', async () => {
    await log.append(CALL, [WRAP, WRAP, WRAP]);
    await keepCheckpoint(database, signer);
    await sql`DROP TRIGGER audit_no_delete`.execute(database);
    await database.deleteFrom('audit').where('seq', '>', 1).execute();
    expect(await report()).toMatchObject({
      fault: { seq: 2, kind: 'missing' },
      failed: [{ seq: 3, why: 'chain' }],
    });
    await log.append(CALL, [WRAP, WRAP]);
    expect(await report()).toMatchObject({ fault: undefined, failed: [{ seq: 3, why: 'chain' }] });
  });
});

test('the migration chains what stands in the log already', async () => {
  const older = openSqlite<KmsSchema>(':memory:');
  const { '0009-audit-chain': chain, ...before } = KMS_MIGRATIONS;
  await migrate(older, before);
  await sql`INSERT INTO audit (at, request_id, address, actor, operation, resource_name, reason, decision, code, delegated_to)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
    SELECT 1795000000000 + i, 'r' || i, '::1', 'ann', 'wrap', NULL, '', 'refused', 'ROLE_REFUSED', NULL FROM n`.execute(
    older,
  );
  await migrate(older, { ...before, '0009-audit-chain': chain });
  await createAuditLog(older, now).append(CALL, [WRAP]);
  expect(await verifyLog(readLog(older))).toMatchObject({ entries: 2501, fault: undefined });
  const update = (older as Kysely<KmsSchema>).updateTable('audit').set({ actor: 'ben' }).execute();
  await expect(update).rejects.toThrow('append-only');
  await older.destroy();
});
