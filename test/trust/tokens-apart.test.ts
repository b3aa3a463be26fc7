import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { downloadFile } from '../../agent/jobs/download-file.ts';
import { shareFile } from '../../agent/jobs/share-file.ts';
import { unshareFile } from '../../agent/jobs/unshare-file.ts';
import { unwrapKeys } from '../../agent/jobs/unwrap-keys.ts';
import { createAtRest } from '../../core/crypto/at-rest.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { subjectOf } from '../../core/crypto/tokens.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { kekPlace } from '../../server/kms/keyring/kek-versions.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';
import { parseKeyFile } from '../../shared/formats/key-file.ts';
import { PASSWORD, totpCode, totpSecretOf } from '../kms/start-test-kms.ts';
import { takeCloudKey } from '../support/cloud-word.ts';
import { liveEndpoints } from '../support/live-endpoints.ts';
import type { LiveEndpoint } from '../support/mounted-in.ts';
import { type Canary, createFinder } from '../support/spellings.ts';
import { bytesBelow, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

const PLAINTEXT = 'The quick brown fox keeps this to itself.';
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;

let world: TestWorld;
let alice: WorldPerson;
let bob: WorldPerson;
let endpoints: { kms: LiveEndpoint[]; cloud: LiveEndpoint[] };
let resource: { resource_name: string; wrapped_key: string };
/** The DEK of what alice sealed. */
let dek: Buffer;
/** Tokens of every kind that anyone had in the story. */
const held = { kms: new Set<string>(), cloud: new Set<string>(), refresh: new Set<string>() };

async function hold(person: WorldPerson): Promise<void> {
  const { access_token, cloud_token, refresh_token } = await person.agent.login.tokens();
  held.kms.add(access_token);
  held.cloud.add(cloud_token);
  held.refresh.add(refresh_token);
}

beforeAll(async () => {
  world = await startTestWorld();
  endpoints = await liveEndpoints(world);
  [alice, bob] = [await world.person('alice'), await world.person('bob')];
  await Promise.all([hold(alice), hold(bob)]);
  const { enc, key } = await alice.sealed('fox.txt', PLAINTEXT);
  await alice.upload(enc);
  await shareFile(alice.agent.jobs, { name: 'fox.txt', with: 'bob', role: 'reader' });
  const got = await downloadFile(bob.agent.jobs, { owner: 'alice', name: 'fox.txt', folder: bob.folder });
  const opened = await bob.open(got.out);
  expect(await readFile(opened.finished[0]?.out ?? '', 'utf8')).toBe(PLAINTEXT);
  // Refreshed once on the way, and logged in anew.
  world.advance(570);
  await hold(alice);
  await alice.agent.login.logout();
  await alice.agent.login.login('alice', { password: PASSWORD, code: totpCode(alice.otpUri, world.now()) });
  await hold(alice);
  await unshareFile(alice.agent.jobs, { name: 'fox.txt', with: 'bob' });
  resource = parseKeyFile(await readFile(key, 'utf8'));
  const [secret] = await unwrapKeys(alice.agent.jobs, [resource], 'open');
  if (!(secret instanceof Secret)) throw secret;
  dek = secret.use((bytes) => Buffer.from(bytes));
});
afterAll(() => world.close());

const asCanary = (text: string): Canary => ({ kind: text, secret: Buffer.from(text) });

function receivedBy(proxy: TestWorld['proxies']['cloud']): Buffer {
  return Buffer.concat(
    proxy.seen.flatMap(({ path, headers, body }) => [
      Buffer.from(`${path} ${JSON.stringify(headers)} `),
      body,
    ]),
  );
}

/** A body that every endpoint finds its fields in, whatever it takes. */
function bodyWith(authentication: string, authorization: string) {
  return {
    ...{ authentication, authorization, reason: '', role: 'reader', with: 'bob', user: 'alice' },
    ...{ password: PASSWORD, new_password: PASSWORD, code: '000000', refresh_token: authentication },
    ...{
      enrolment_ticket: authentication,
      original_kacls_url: 'https://old.test',
      key: dek.toString('base64'),
      ...resource,
      id: 'x',
      name: 'x',
      size: 1,
    },
    items: [{ ...resource, key: dek.toString('base64') }],
  };
}

async function call(address: string, { method, path }: LiveEndpoint, bearer: string, json: object) {
  const where = path.replace(':user', 'alice').replace(':filename', 'fox.txt.enc').replace(/:\w+/, 'x');
  const response = await fetch(`${address}${where}?ticket=${bearer}&token=${bearer}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    ...(method === 'GET' ? {} : { body: JSON.stringify(json) }),
  });
  return { status: response.status, text: await response.text() };
}

describe('no cloud ever receives a token that the KMS takes', () => {
  /** They ask for no token, and give what everyone may know. */
  const PUBLIC = [
    'POST /register',
    'GET /.well-known/jwks.json',
    'GET /.well-known/openid-configuration',
    'GET /certs',
    'GET /healthz',
    'GET /readyz',
    'GET /metrics',
    'GET /openapi.json',
    'GET /docs',
    'GET /docs/:asset',
    'GET /status',
    'GET /session/init',
  ];
  /** These carry their tokens in the body. */
  const KACLS = /wrap|digest|delegate/;
  const spoken = ({ method, path }: LiveEndpoint) => `${method} ${path}`;

  test('what the cloud received are cloud tokens and nothing else', () => {
    const received = new Set(receivedBy(world.proxies.cloud).toString('latin1').match(JWT));
    expect(received.size).toBeGreaterThanOrEqual(3);
    expect([...received].filter((token) => !held.cloud.has(token))).toEqual([]);
    const all = receivedBy(world.proxies.cloud);
    for (const token of [...held.kms, ...held.refresh]) expect(all.includes(token)).toBe(false);
  });

  test('each of them, with any authorization token that the cloud can make, is refused at every KMS endpoint', async () => {
    const received = [...new Set(receivedBy(world.proxies.cloud).toString('latin1').match(JWT))];
    const word = await takeCloudKey(world);
    const { access_token } = await alice.agent.login.tokens();
    const caller = { id: subjectOf(access_token) ?? '', name: 'alice' };
    const one = { resource_name: resource.resource_name };
    const many = { resource_names: [resource.resource_name] };
    const made = await Promise.all(
      (['reader', 'writer'] as const).flatMap((role) => [
        word.sign(caller, role, one),
        word.sign(caller, role, many),
      ]),
    );
    const tokens = [...received, ...made];
    const inner = endpoints.kms.filter((endpoint) => !PUBLIC.includes(spoken(endpoint)));
    expect(inner.length).toBe(endpoints.kms.length - PUBLIC.length);
    expect(inner.length).toBeGreaterThanOrEqual(14);
    for (const endpoint of inner) {
      for (const token of tokens) {
        for (const authorization of made) {
          const { status, text } = await call(
            world.kms.address,
            endpoint,
            token,
            bodyWith(token, authorization),
          );
          // A token in the body of a KACLS call is looked at before all else; nothing shorter may stop it.
          const expected = KACLS.test(endpoint.path) ? [401] : [400, 401, 403, 429];
          expect(expected, `${spoken(endpoint)}: ${text}`).toContain(status);
          expect(text).not.toContain(dek.toString('base64'));
          if (!KACLS.test(endpoint.path)) break;
        }
      }
    }
    // The same body with the token that the KMS takes opens: it was the token that was refused.
    const good = await call(
      world.kms.address,
      { method: 'POST', path: '/unwrap' },
      '',
      bodyWith(access_token, made[0] ?? ''),
    );
    expect([good.status, good.text]).toEqual([200, JSON.stringify({ key: dek.toString('base64') })]);
  });
});

test('no token of the KMS’s kinds is taken at any endpoint of the cloud', async () => {
  const OPERATIONS = ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/docs/:asset'];
  const PUBLIC = ['/.well-known/jwks.json', ...OPERATIONS];
  const inner = endpoints.cloud.filter(({ path }) => !PUBLIC.includes(path));
  expect(inner.length).toBe(endpoints.cloud.length - PUBLIC.length);
  expect(inner.length).toBeGreaterThanOrEqual(12);
  for (const endpoint of inner) {
    for (const token of [...held.kms, ...held.refresh]) {
      const { status, text } = await call(world.cloud.address, endpoint, token, bodyWith(token, token));
      expect([status, endpoint.path, /CLOUD_TOKEN_INVALID/.test(text)]).toEqual([401, endpoint.path, true]);
    }
  }
});

test('what the cloud received and stored holds no DEK, no plaintext and no secret of a person', async () => {
  const stored = await bytesBelow(`${world.folder}/cloud`);
  const texts = [PLAINTEXT, PASSWORD, totpSecretOf(alice.otpUri), ...alice.recoveryCodes, ...held.refresh];
  const find = createFinder([{ kind: 'DEK', secret: dek }, ...texts.map(asCanary)]);
  expect(stored.includes(resource.wrapped_key)).toBe(true);
  for (const bytes of [stored, receivedBy(world.proxies.cloud)]) expect(find(bytes)).toEqual([]);
});

test('the KMS received no byte of a file', () => {
  const received = receivedBy(world.proxies.kms);
  expect(received.includes(dek.toString('base64'))).toBe(true);
  expect(received.includes(PLAINTEXT)).toBe(false);
});

test('no secret is in a log of either server, nor in what a refusal says', async () => {
  const said: string[] = [];
  const { access_token } = await alice.agent.login.tokens();
  for (const { address, table } of [
    { address: world.kms.address, table: endpoints.kms },
    { address: world.cloud.address, table: endpoints.cloud },
  ]) {
    for (const endpoint of table) {
      // Everything at once in wrong places, and a body that breaks off inside a secret.
      const { status, text } = await call(address, endpoint, access_token, {
        ...bodyWith(access_token, access_token),
        items: 7,
      });
      if (status >= 400) said.push(text);
      if (endpoint.method === 'GET') continue;
      const broken = await fetch(`${address}${endpoint.path}`, {
        method: endpoint.method,
        headers: { 'content-type': 'application/json' },
        body: `{"password":"${PASSWORD}","key":"${dek.toString('base64')}"`,
      });
      said.push(await broken.text());
    }
  }
  const text = world.log() + said.join('');
  expect(world.log().length).toBeGreaterThan(1000);
  const texts = [
    ...[PASSWORD, totpSecretOf(alice.otpUri), access_token, ...alice.recoveryCodes],
    ...[...held.kms, ...held.cloud, ...held.refresh],
  ];
  const keys = [dek, ...(await keksOf(world))].map((secret) => ({ kind: 'key', secret }));
  expect(createFinder([...keys, ...texts.map(asCanary)])(Buffer.from(text))).toEqual([]);
});

/** The KEKs that the KMS holds, as only its root key gives them. */
async function keksOf({ kms }: TestWorld): Promise<Buffer[]> {
  const database = openSqlite<KmsSchema>(kms.config.databaseFile);
  const rows = await database.selectFrom('kek_versions').selectAll().execute();
  await database.destroy();
  const atRest = createAtRest(kms.rootKey);
  const keks = rows.map(({ kek_id, version, secret }) =>
    atRest.open(kekPlace(kek_id, version), secret).use((bytes) => Buffer.from(bytes)),
  );
  // Two people's, and what the calls above made.
  expect(keks.length).toBeGreaterThanOrEqual(2);
  return keks;
}
