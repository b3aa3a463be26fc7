import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOaepPublicKey, sealOaep } from '../../../core/crypto/rsa-oaep.ts';
import { Secret } from '../../../core/crypto/secret.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { openTestSession, type TestSession } from '../../../test/kms/session-client.ts';
import { enrol, startTestKms, type TestKms, type TestPerson } from '../../../test/kms/start-test-kms.ts';
import type { KmsSchema } from '../store/schema.ts';

let kms: TestKms;
let session: TestSession;
let anna: TestPerson;
let ben: TestPerson;

beforeAll(async () => {
  kms = await startTestKms();
  anna = await enrol(kms, 'anna');
  ben = await enrol(kms, 'ben');
  session = await openTestSession(kms);
}, 30_000);
afterAll(() => kms.close());

const bearerOf = (person: TestPerson) => person.confirmed.access_token;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const store = (enc_key: string, person = anna) =>
  kms.post('/store-key', { user: person.user, enc_key }, bearerOf(person));
const get = (person = anna, version?: number) =>
  session.call('POST', '/get-key', { bearer: bearerOf(person), body: { user: person.user, version } });
const publicKeyOf = (person: TestPerson) =>
  kms.call('GET', `/get-public-key/${person.user}`, { bearer: bearerOf(person) });

async function auditOf(operation: string) {
  const database = openSqlite<KmsSchema>(kms.config.databaseFile);
  const rows = await database
    .selectFrom('audit')
    .select(['actor', 'reason', 'decision', 'code'])
    .where('operation', '=', operation)
    .orderBy('seq')
    .execute();
  await database.destroy();
  return rows;
}

test('what was stored comes back as it was, the newest first of all, and nothing is overwritten', async () => {
  expect((await get(ben)).code).toBe('ESCROW_EMPTY');
  for (const text of ['first', 'second']) {
    expect(await store(base64(text), ben)).toMatchObject({ status: 200, data: { status: 'stored' } });
  }
  expect((await get(ben)).data).toEqual({ enc_key: base64('second') });
  expect((await get(ben, 1)).data).toEqual({ enc_key: base64('first') });
  expect((await get(ben, 3)).code).toBe('ESCROW_EMPTY');
  expect((await get(anna)).code).toBe('ESCROW_EMPTY');
});

test('the public key is one for good; what is encrypted for it, the KMS opens for its person', async () => {
  const [one, two] = await Promise.all([publicKeyOf(anna), publicKeyOf(anna)]);
  expect(one.data).toEqual(two.data);
  await kms.restart();
  session = await openTestSession(kms);
  expect((await publicKeyOf(anna)).data).toEqual(one.data);
  const publicKey = readOaepPublicKey(String(one.data['public_key']));
  if (!publicKey) throw new Error('no public key');
  const enc_key = sealOaep(publicKey, Secret.take(Buffer.from('a private key'))).toString('base64');
  await store(enc_key);
  expect((await get()).data).toEqual({ enc_key, key: base64('a private key') });
  // Somebody else's ciphertext is nothing but bytes.
  await store(enc_key, ben);
  expect((await get(ben)).data).toEqual({ enc_key });
}, 60_000);

describe('refused:', () => {
  const enc_key = base64('k');
  const paths: readonly [string, string, unknown][] = [
    ['GET', '/get-public-key/anna', undefined],
    ['POST', '/store-key', { user: 'anna', enc_key }],
    ['POST', '/get-key', { user: 'anna' }],
  ];

  test.each(paths)(
    '%s %s for whoever is not its person, in a session and without',
    async (method, path, body) => {
      const callers: readonly [string | undefined, string][] = [
        [undefined, 'AUTHENTICATION_INVALID'],
        ['nonsense', 'AUTHENTICATION_INVALID'],
        [anna.confirmed.cloud_token, 'AUTHENTICATION_INVALID'],
        [anna.confirmed.refresh_token, 'AUTHENTICATION_INVALID'],
        [bearerOf(ben), 'ESCROW_NOT_OWN'],
      ];
      for (const [bearer, code] of callers) {
        const message = { body, ...(bearer === undefined ? {} : { bearer }) };
        expect((await kms.call(method, path, message)).code).toBe(code);
        expect((await session.call(method, path, message)).code).toBe(code);
      }
    },
  );

  test('another name, the same whether there is such a person', async () => {
    const answers = await Promise.all(
      ['anna', 'nobody'].map((user) => kms.post('/store-key', { user, enc_key }, bearerOf(ben))),
    );
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [403, 'ESCROW_NOT_OWN'],
      [403, 'ESCROW_NOT_OWN'],
    ]);
  });

  test('get-key outside a secure session, also with a client token and with a bearer from inside', async () => {
    await store(base64('secret of anna'));
    for (const headers of [{}, { 'x-client-token': session.token }]) {
      const answer = await kms.call('POST', '/get-key', {
        body: { user: 'anna' },
        bearer: bearerOf(anna),
        headers,
      });
      expect([answer.status, answer.code]).toEqual([403, 'SESSION_REQUIRED']);
    }
  });

  test.each([
    ['nothing', ''],
    ['no base64', 'a*b'],
    ['too much', Buffer.alloc(LIMITS.escrowedKey + 1).toString('base64')],
  ])('%s', async (_, content) => {
    expect((await store(content)).code).toBe('REQUEST_INVALID');
  });

  test('more than as many as are kept', async () => {
    const cleo = await enrol(kms, 'cleo');
    for (let version = 0; version < LIMITS.escrowedVersions; version += 1) await store(base64('k'), cleo);
    expect(await store(base64('k'), cleo)).toMatchObject({ status: 409, code: 'ESCROW_FULL' });
    expect((await store(Buffer.alloc(LIMITS.escrowedKey, 1).toString('base64'), ben)).status).toBe(200);
  });
});

test('each decision is in the audit log, and no key', async () => {
  const dora = await enrol(kms, 'dora');
  await store(base64('dora’s own'), dora);
  await get(dora);
  await kms.post('/get-key', { user: 'dora' }, bearerOf(dora));
  const own = (rows: Awaited<ReturnType<typeof auditOf>>) => rows.filter(({ actor }) => actor === 'dora');
  expect(own(await auditOf('store-key'))).toEqual([
    { actor: 'dora', reason: '1', decision: 'allowed', code: null },
  ]);
  expect(own(await auditOf('get-key'))).toEqual([
    { actor: 'dora', reason: '1', decision: 'allowed', code: null },
    { actor: 'dora', reason: '', decision: 'refused', code: 'SESSION_REQUIRED' },
  ]);
  const made = (await auditOf('get-public-key')).filter(({ reason }) => reason === 'made');
  expect(made.map(({ actor }) => actor)).toEqual(['anna']);
  const files = await kms.files();
  for (const form of ['dora’s own', base64('dora’s own'), Buffer.from('dora’s own').toString('hex')]) {
    expect(files.includes(form)).toBe(false);
    expect(kms.log()).not.toContain(form);
  }
});
