import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_ENTRIES } from '../../../core/audit/chain.ts';
import { chainOfReply } from '../../../core/audit/chain-reply.ts';
import { checkLog } from '../../../core/audit/verify-log.ts';
import { keyInJws } from '../../../core/crypto/jws.ts';
import { migrate } from '../../../core/durable/migrate.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { auditChainQuery, auditChainReply, auditQuery, auditReply } from '../../../shared/api/kms/audit.ts';
import { enrol, startTestKms, type TestKms, type TestPerson } from '../../../test/kms/start-test-kms.ts';
import { KMS_MIGRATIONS } from '../store/migrations.ts';
import type { KmsDatabase, KmsSchema } from '../store/schema.ts';
import { createAuditLog } from './audit-log.ts';
import { listChain } from './list-chain.ts';
import { listEntries } from './list-entries.ts';
import type { AuditReader } from './readable.ts';

const ANN: AuditReader = { id: 'a'.repeat(22), name: 'ann', isAdministrator: false };
const BEN: AuditReader = { id: 'b'.repeat(22), name: 'ben', isAdministrator: false };
const ROOT: AuditReader = { id: 'r'.repeat(22), name: 'root', isAdministrator: true };
const ANNS = `//sealkeep/${ANN.id}/${'x'.repeat(22)}`;
const BENS = `//sealkeep/${BEN.id}/${'x'.repeat(22)}`;

let database: KmsDatabase;
let time = 0;

async function fill(): Promise<void> {
  const log = createAuditLog(database, () => new Date(time));
  const call = { requestId: 'r', address: '127.0.0.1' };
  time = Date.parse('2026-11-22T11:00:00Z');
  // Somebody of a foreign issuer who was called so before there was an ann.
  await log.append(call, [{ actor: 'ann', operation: 'unwrap', resourceName: 'doc' }]);
  time = Date.parse('2026-11-22T12:00:00Z');
  for (const { id, name } of [ANN, BEN, ROOT]) {
    const columns = { state: 'active' as const, password_hash: '', totp_secret: Buffer.alloc(1) };
    const user = { id, name, totp_last_step: 0, created_at: time, enrolment_ticket_hash: null, ...columns };
    await database.insertInto('users').values(user).execute();
  }
  await log.append(call, [
    { actor: 'ann', operation: 'login' },
    { actor: 'ann', operation: 'wrap', resourceName: ANNS, reason: 'seal' },
    { actor: 'ben', operation: 'unwrap', resourceName: ANNS, reason: 'open' },
    { actor: 'ben', operation: 'unwrap', resourceName: BENS, refused: 'ROLE_REFUSED' },
    { actor: '', operation: 'unwrap', resourceName: `${BENS}0`, refused: 'GRANT_MISSING' },
  ]);
  time = Date.parse('2026-11-22T13:00:00Z');
  await log.append(call, [{ actor: 'annie', operation: 'login' }]);
}

beforeAll(async () => {
  database = openSqlite<KmsSchema>(':memory:');
  await migrate(database, KMS_MIGRATIONS);
  await fill();
});
afterAll(() => database.destroy());

const seqsOf = async (reader: AuditReader, query: object = {}) =>
  (await listEntries(database, reader, auditQuery.parse(query))).items.map(({ seq }) => seq);

describe('who reads what', () => {
  test('members what they did and what was done with their resources, administrators all', async () => {
    expect(await seqsOf(ANN)).toEqual([4, 3, 2]);
    expect(await seqsOf(BEN)).toEqual([6, 5, 4]);
    expect(await seqsOf(ROOT)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test('filters narrow that, and never widen it', async () => {
    expect(await seqsOf(ROOT, { actor: 'ben' })).toEqual([5, 4]);
    expect(await seqsOf(ANN, { actor: 'ben' })).toEqual([4]);
    expect(await seqsOf(ROOT, { operation: 'login' })).toEqual([7, 2]);
    expect(await seqsOf(ROOT, { decision: 'refused' })).toEqual([6, 5]);
    expect(await seqsOf(ANN, { resource_name: BENS })).toEqual([]);
    expect(await seqsOf(ROOT, { resource_name: BENS })).toEqual([5]);
    const hour = { from: '2026-11-22T13:00:00+01:00', to: '2026-11-22T14:00:00+01:00' };
    expect(await seqsOf(ROOT, hour)).toEqual([6, 5, 4, 3, 2]);
  });

  test('pages end where the log begins', async () => {
    const first = await listEntries(database, ROOT, auditQuery.parse({ limit: '3' }));
    expect(first).toMatchObject({ items: [{ seq: 7 }, { seq: 6 }, { seq: 5 }], before: 5 });
    const rest = await listEntries(database, ROOT, auditQuery.parse({ before: '5' }));
    expect(rest.items.map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
    expect(rest).not.toHaveProperty('before');
  });

  test('the chain has everything for everyone, and in clear what the reader may read', async () => {
    const reply = await listChain(database, BEN, auditChainQuery.parse({}));
    expect(reply.items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(reply.items.flatMap(({ entry, salt }) => (salt ? [entry?.seq] : []))).toEqual([4, 5, 6]);
    const check = checkLog(NO_ENTRIES, keyInJws);
    for (const piece of chainOfReply(reply)) await check.take(piece);
    expect(check.report()).toMatchObject({ entries: 7, fault: undefined, failed: [] });
    const rest = await listChain(database, BEN, auditChainQuery.parse({ after: '5', limit: '1' }));
    expect(rest.items.map(({ seq }) => seq)).toEqual([6]);
  });
});

describe('over HTTP', () => {
  let kms: TestKms;
  let ann: TestPerson;
  beforeAll(async () => {
    kms = await startTestKms();
    ann = await enrol(kms, 'ann');
  });
  afterAll(() => kms.close());
  const get = (where: string, bearer?: string) => kms.call('GET', where, { bearer });

  test('takes nobody without a login', async () => {
    for (const where of ['/audit', '/audit/verify']) {
      expect((await get(where)).code).toBe('AUTHENTICATION_INVALID');
      expect((await get(where, ann.confirmed.cloud_token)).code).toBe('AUTHENTICATION_INVALID');
    }
  });

  test('answers as the contract has it, with the checkpoint that the last stop made', async () => {
    const bearer = ann.confirmed.access_token;
    const listed = auditReply.parse((await get('/audit?operation=confirm&limit=1', bearer)).data);
    expect(listed.items).toMatchObject([{ actor: 'ann', operation: 'confirm', decision: 'allowed' }]);
    expect((await get('/audit?limit=1001', bearer)).code).toBe('REQUEST_INVALID');
    expect(auditChainReply.parse((await get('/audit/verify', bearer)).data).newest).toBeNull();
    await kms.restart();
    const chain = auditChainReply.parse((await get('/audit/verify?after=1', bearer)).data);
    expect(chain.checkpoints).toEqual([chain.newest]);
  });
});
