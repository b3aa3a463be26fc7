import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { downloadFile } from '../../agent/jobs/download-file.ts';
import { shareFile } from '../../agent/jobs/share-file.ts';
import { unshareFile } from '../../agent/jobs/unshare-file.ts';
import { unwrapKeys } from '../../agent/jobs/unwrap-keys.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { parseKeyFile } from '../../shared/formats/key-file.ts';
import { PASSWORD, totpCode, totpSecretOf } from '../kms/start-test-kms.ts';
import { type Canary, createFinder } from '../support/spellings.ts';
import { startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

/** What clients of a KMS elsewhere sent and got, as somebody sees it who ends TLS. */
const wire: Buffer[] = [];
const canaries: Canary[] = [];
const asCanary = (kind: string, secret: string): Canary => ({ kind, secret: Buffer.from(secret) });

let world: TestWorld;
let alice: WorldPerson;
let bob: WorldPerson;

async function hold({ user, agent }: WorldPerson): Promise<void> {
  const tokens = await agent.login.tokens();
  for (const name of ['access_token', 'cloud_token', 'refresh_token'] as const) {
    canaries.push(asCanary(`${name} of ${user}`, tokens[name]));
  }
}

beforeAll(async () => {
  world = await startTestWorld({ kind: 'remote' });
  world.proxies.kms.meddle = async ({ method, path, headers, body }, forward) => {
    const reply = await forward();
    wire.push(Buffer.from(`${method} ${path} ${JSON.stringify(headers)} `), body);
    wire.push(Buffer.from(JSON.stringify(reply.headers)), reply.body);
    return reply;
  };
  [alice, bob] = [await world.person('alice'), await world.person('bob')];
  await Promise.all([hold(alice), hold(bob)]);
  const { enc, key } = await alice.sealed('fox.txt', 'The quick brown fox.');
  await alice.upload(enc);
  await shareFile(alice.agent.jobs, { name: 'fox.txt', with: 'bob', role: 'reader' });
  const got = await downloadFile(bob.agent.jobs, { owner: 'alice', name: 'fox.txt', folder: bob.folder });
  const opened = await bob.open(got.out);
  expect(await readFile(opened.finished[0]?.out ?? '', 'utf8')).toBe('The quick brown fox.');
  world.advance(570);
  await hold(alice);
  const code = totpCode(alice.otpUri, world.now());
  await alice.agent.login.logout();
  await alice.agent.login.login('alice', { password: PASSWORD, code });
  await hold(alice);
  await unshareFile(alice.agent.jobs, { name: 'fox.txt', with: 'bob' });
  const resource = parseKeyFile(await readFile(key, 'utf8'));
  const [dek] = await unwrapKeys(alice.agent.jobs, [resource], 'open');
  if (!(dek instanceof Secret)) throw dek;
  canaries.push(
    { kind: 'DEK', secret: dek.use((bytes) => Buffer.from(bytes)) },
    { kind: 'wrapped key', secret: Buffer.from(resource.wrapped_key, 'base64') },
    asCanary('password', PASSWORD),
    asCanary('code', `"${code}"`),
    ...[alice, bob].map(({ user, otpUri }) => asCanary(`TOTP secret of ${user}`, totpSecretOf(otpUri))),
    ...alice.recoveryCodes.map((recovery) => asCanary('recovery code', recovery)),
  );
});
afterAll(() => world.close());

test('who ends TLS before the KMS sees no token, password, code, DEK or wrapped key', () => {
  const seen = Buffer.concat(wire);
  const find = createFinder(canaries);
  expect(find(seen)).toEqual([]);
  // A finder that finds nothing anywhere would say the same.
  for (const canary of canaries) expect(find(Buffer.concat([seen, canary.secret]))).not.toEqual([]);
  expect(seen.includes('eyJhbGciOiJFZERTQSI')).toBe(false);
});

test('every call was a message but those that begin a session, and ask what answers there', () => {
  const inClear = world.proxies.kms.seen.filter(
    ({ headers }) =>
      headers['content-type'] !== 'application/jose' && headers['x-sealkeep-jwe'] === undefined,
  );
  expect(new Set(inClear.map(({ method, path }) => `${method} ${path}`))).toEqual(
    new Set(['GET /healthz', 'GET /session/init', 'POST /session/key-exchange']),
  );
  const paths = new Set(world.proxies.kms.seen.map(({ path }) => path));
  for (const path of [
    '/register',
    '/login',
    '/wrap/batch',
    '/unwrap/batch',
    '/grants',
    '/logout',
    '/refresh',
  ]) {
    expect([path, paths.has(path)]).toEqual([path, true]);
  }
});

test('what is remembered of the KMS is its identity key', () => {
  expect(alice.agent.servers.kms.identity).toMatch(/^[\w-]{43}$/);
  expect(alice.agent.servers.kms.identity).toBe(bob.agent.servers.kms.identity);
  expect(alice.agent.servers.cloud).not.toHaveProperty('identity');
});
