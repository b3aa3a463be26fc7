import { afterEach, expect, test } from 'vitest';
import { generateRsaOaepPair, type OaepKeyPair, readOaepPublicKey } from '../../../core/crypto/rsa-oaep.ts';
import { isSignedByIdentity } from '../../../core/crypto/signatures.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { type InitReply, identityStatement, initReply } from '../../../shared/api/kms/session.ts';
import { testIdentityPair } from '../../../test/kms/identity-pair.ts';
import { openTestSession } from '../../../test/kms/session-client.ts';
import { startTestKms, type TestKms, type TestKmsOptions } from '../../../test/kms/start-test-kms.ts';
import type { KmsSchema } from '../store/schema.ts';

const started: TestKms[] = [];
afterEach(async () => {
  for (const kms of started.splice(0)) await kms.close();
});

async function start(options: TestKmsOptions): Promise<TestKms> {
  const kms = await startTestKms(options);
  started.push(kms);
  return kms;
}

const initOf = async (kms: TestKms): Promise<InitReply> =>
  initReply.parse((await kms.call('GET', '/session/init')).data);

function keyOf(pem: string) {
  const key = readOaepPublicKey(pem);
  if (!key) throw new Error('no key');
  return key;
}

test('a new identity key is signed by the one before, whose private half is gone; sessions go on', async () => {
  const kms = await start({ makeIdentityPair: generateRsaOaepPair });
  const session = await openTestSession(kms);
  const first = await initOf(kms);
  await kms.restart({ isIdentityRenewed: true });
  const second = await initOf(kms);
  await kms.restart({ isIdentityRenewed: true });
  const third = await initOf(kms);

  expect(new Set([first, second, third].map((init) => init.rsaPublicKeyPem)).size).toBe(3);
  expect(second.signedBy).toEqual([third.signedBy?.[0]]);
  const pems = [...(third.signedBy ?? []), third].map((link) => link.rsaPublicKeyPem);
  expect(pems).toEqual([first, second, third].map((init) => init.rsaPublicKeyPem));
  for (const [index, { rsaPublicKeyPem, signature }] of (third.signedBy ?? []).entries()) {
    const next = Buffer.from(identityStatement(keyOf(pems[index + 1] ?? '').fingerprint));
    expect(isSignedByIdentity(keyOf(rsaPublicKeyPem), next, Buffer.from(signature, 'base64'))).toBe(true);
  }
  expect((await session.call('GET', '/healthz')).status).toBe(200);
  await openTestSession(kms);

  const database = openSqlite<KmsSchema>(kms.config.databaseFile);
  const rows = await database.selectFrom('identity_keys').select('private_key').orderBy('position').execute();
  const entries = await database
    .selectFrom('audit')
    .select(['actor', 'reason'])
    .where('operation', '=', 'replace-identity-key')
    .orderBy('seq')
    .execute();
  await database.destroy();
  expect(rows.map(({ private_key }) => private_key === null)).toEqual([true, true, false]);
  expect(entries).toEqual(pems.slice(1).map((pem) => ({ actor: 'kms:', reason: keyOf(pem).fingerprint })));
}, 60_000);

test('the server answers while the key is being made, and only /session/init waits', async () => {
  const made = Promise.withResolvers<OaepKeyPair>();
  const kms = await start({ makeIdentityPair: () => made.promise });
  expect((await kms.call('GET', '/healthz')).status).toBe(200);
  const waiting = initOf(kms);
  const pair = await generateRsaOaepPair();
  made.resolve(pair);
  expect((await waiting).rsaPublicKeyPem).toBe(pair.publicKey.pem);
}, 60_000);

test('a server that stops before its key is there keeps none', async () => {
  const made = Promise.withResolvers<OaepKeyPair>();
  let asked = 0;
  const kms = await start({
    makeIdentityPair: () => {
      asked += 1;
      return asked === 1 ? made.promise : generateRsaOaepPair();
    },
  });
  await kms.restart();
  made.resolve(await generateRsaOaepPair());
  const { rsaPublicKeyPem } = await initOf(kms);
  await kms.restart();
  expect([(await initOf(kms)).rsaPublicKeyPem, asked]).toEqual([rsaPublicKeyPem, 2]);
}, 60_000);

test('a key that could not be made is made for whoever asks next', async () => {
  let tries = 0;
  const kms = await start({
    makeIdentityPair: () => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('no entropy')) : testIdentityPair();
    },
  });
  await expect.poll(() => kms.log()).toContain('the identity key could not be made');
  await openTestSession(kms);
  expect(tries).toBe(2);
});
