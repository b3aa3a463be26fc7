import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Secret } from '../../core/crypto/secret.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import type { Schedule } from '../../core/schedule.ts';
import { API_VERSION } from '../../shared/api/common.ts';
import { openTestSession } from '../../test/kms/session-client.ts';
import {
  CHEAP,
  enrol,
  NO_CLOUD,
  PASSWORD,
  STEP_SECONDS,
  startTestKms,
  type TestKms,
  type TestKmsOptions,
  totpCode,
} from '../../test/kms/start-test-kms.ts';
import { fixedKeySource } from '../platform/issuers/key-source.ts';
import { createLogger } from '../platform/logging.ts';
import { createKms, type KmsOptions } from './create-kms.ts';

const started: TestKms[] = [];
afterEach(async () => {
  for (const kms of started.splice(0)) await kms.close();
});

async function start(options?: TestKmsOptions): Promise<TestKms> {
  const kms = await startTestKms(options);
  started.push(kms);
  return kms;
}

interface PublishedKey {
  readonly kid: string;
  readonly alg: string;
  readonly use: string;
  readonly sealkeep_typ?: string;
}

async function keysAt(kms: TestKms, path: string): Promise<PublishedKey[]> {
  return (await kms.call('GET', path)).data['keys'] as PublishedKey[];
}

test('each kind of token has a key of its own, public members only, the same after a restart', async () => {
  const kms = await start();
  const own = await keysAt(kms, '/.well-known/jwks.json');
  expect(own.map(({ sealkeep_typ, alg, use }) => [sealkeep_typ, alg, use])).toEqual([
    ['sealkeep-kms+jwt', 'EdDSA', 'sig'],
    ['sealkeep-cloud+jwt', 'EdDSA', 'sig'],
    ['sealkeep-service+jwt', 'EdDSA', 'sig'],
    ['sealkeep-delegated+jwt', 'EdDSA', 'sig'],
    ['sealkeep-checkpoint+jws', 'EdDSA', 'sig'],
  ]);
  const kacls = await keysAt(kms, '/certs');
  expect(kacls.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  expect(kacls[0]).toMatchObject({ alg: 'RS256', use: 'sig' });
  expect(new Set([...own, ...kacls].map((key) => key.kid)).size).toBe(own.length + kacls.length);
  for (const key of own) expect(key).not.toHaveProperty('d');

  await kms.restart();
  expect(await keysAt(kms, '/.well-known/jwks.json')).toEqual(own);
  expect(await keysAt(kms, '/certs')).toEqual(kacls);
  const discovery = await kms.call('GET', '/.well-known/openid-configuration');
  expect(discovery.data).toMatchObject({
    issuer: kms.config.url,
    jwks_uri: `${kms.config.url}/.well-known/jwks.json`,
  });
});

test('a restart keeps people, their logins and their used codes', async () => {
  const kms = await start();
  const person = await enrol(kms, 'anna');
  const body = (step: number) => ({
    user: 'anna',
    password: PASSWORD,
    code: totpCode(person.otpUri, kms.now(), step),
  });
  await kms.restart();
  expect((await kms.post('/login', body(-1))).code).toBe('LOGIN_REFUSED');
  expect((await kms.post('/login', body(0))).status).toBe(200);
  const bearer = person.confirmed.access_token;
  expect((await kms.call('GET', '/logins', { bearer })).data).toHaveLength(2);
  kms.advance(STEP_SECONDS);
  const { refresh_token } = person.confirmed;
  expect((await kms.post('/refresh', { refresh_token })).status).toBe(200);
});

function openUnderAnotherRootKey(kms: TestKms, more: Partial<KmsOptions> = {}) {
  return createKms({
    config: kms.config,
    rootKey: Secret.random(32),
    cloudKeys: fixedKeySource({ keys: [] }),
    cloud: NO_CLOUD,
    now: kms.now,
    logger: createLogger('kms', 'silent', { write: () => true }),
    version: '0.0.0',
    passwordCost: CHEAP,
    ...more,
  });
}

test('another root key opens nothing and stops the start', async () => {
  const kms = await start();
  const opening = openUnderAnotherRootKey(kms);
  await expect(opening).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('a start that fails leaves no work behind that would use the closed database', async () => {
  const due = new Set<() => void>();
  const schedule: Schedule = (_ms, work) => {
    due.add(work);
    return () => void due.delete(work);
  };
  const kms = await start({ schedule });
  const running = due.size;
  expect(running).toBeGreaterThan(0);
  const opening = openUnderAnotherRootKey(kms, {
    config: { ...kms.config, databaseFile: `${kms.config.databaseFile}-other`, issuersFile: '/not/there' },
    schedule,
  });
  await expect(opening).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(due.size).toBe(running);
});

test('a disk that fails is told, answered truly to everybody, and ends with the database closed', async () => {
  let isBroken = false;
  const lost: unknown[] = [];
  const kms = await startTestKms({
    systemSync: async () => {
      if (isBroken) throw new Error('EIO');
    },
    onStoreLost: (error) => lost.push(error),
  });
  await openTestSession(kms);
  const ann = await enrol(kms, 'ann');
  isBroken = true;
  const generate = () => kms.post('/keys/generate', {}, ann.confirmed.access_token);
  const STOPPED = { status: 503, code: 'STORE_LOST' };
  expect(await Promise.all([generate(), generate()])).toMatchObject([STOPPED, STOPPED]);
  isBroken = false;
  expect(await generate()).toMatchObject(STOPPED);
  expect((await kms.call('GET', '/readyz')).status).toBe(503);
  expect(lost).toMatchObject([{ code: 'STORE_LOST', cause: new Error('EIO') }]);
  await expect(kms.close()).rejects.toMatchObject({ code: 'STORE_LOST' });
  // Nobody else has it open any more.
  const database = openSqlite(kms.config.databaseFile, { isExclusive: true });
  await database.destroy();
  await rm(path.dirname(kms.config.databaseFile), { recursive: true });
});

test('says what it is, that it is ready, and refuses what it does not have', async () => {
  const kms = await start();
  expect((await kms.call('GET', '/healthz')).data).toEqual({
    service: 'kms',
    api: API_VERSION,
    version: '0.0.0',
    url: kms.config.url,
  });
  expect((await kms.call('GET', '/readyz')).data).toEqual({ ready: true });
  expect(await kms.call('GET', '/login')).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
  expect(await kms.call('GET', '/nothing')).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  const page = await kms.call('GET', '/healthz', { headers: { origin: 'https://elsewhere.example' } });
  expect(page.code).toBe('ORIGIN_REFUSED');
});

test('tells in figures how many versions of keys there are, and whose they are to nobody', async () => {
  const kms = await start();
  const { confirmed } = await enrol(kms, 'anna');
  const [key] = (await kms.call('GET', '/keys', { bearer: confirmed.access_token })).data as unknown as {
    keyId: string;
  }[];
  await kms.post('/keys/rotate', key, confirmed.access_token);
  const text = await (await fetch(`${kms.address()}/metrics`)).text();
  expect(text).toContain('sealkeep_kek_versions{status="active"} 1\n');
  expect(text).toContain('sealkeep_kek_versions{status="readable"} 1\n');
  const entries = /^sealkeep_audit_entries (\d+)$/m.exec(text)?.[1];
  expect(Number(entries)).toBeGreaterThan(1);
  // The first checkpoint comes within a minute.
  expect(text).toContain(`sealkeep_audit_unsigned_entries ${entries}\n`);
  expect(text).toContain('sealkeep_audit_checkpoint_age_seconds Nan\n');
  expect(text).toContain('route="/keys/rotate",method="POST",status="200"');
  expect(text).not.toContain('anna');
});
