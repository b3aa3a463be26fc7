import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resourceNamesSha256 } from '../../core/crypto/hash.ts';
import { jwks, parseKeySet } from '../../core/crypto/key-set.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { peekToken, verifyToken } from '../../core/crypto/tokens.ts';
import { resourceReply } from '../../shared/api/cloud/resources.ts';
import { health } from '../../shared/api/common.ts';
import { alice, CLOUD_URL, KMS_URL, startTestCloud, type TestCloud } from './testing/test-cloud.ts';
import { codeOfReply, dataOfReply, makePair, register } from './testing/test-pair.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

async function verified(token: string) {
  const set = parseKeySet(jwks.parse(await (await cloud.call('GET', '/.well-known/jwks.json')).json()));
  const peeked = peekToken(token);
  const key = set.get(peeked?.kid ?? '');
  const demands = { issuer: CLOUD_URL, audience: 'cse-authorization', typ: 'sealkeep-authz+jwt' };
  return peeked && key && verifyToken(peeked, key, demands, new Date());
}

describe('an authorization token', () => {
  test('names one resource, its person and role, for five minutes', async () => {
    const pair = makePair(alice, 'one.txt');
    await register(cloud, alice, pair);
    const json = { resource_name: pair.resourceName, role: 'writer' };
    const reply = await cloud.call('POST', '/authorize', { as: alice, json });
    const { authorization } = (await dataOfReply(reply)) as { authorization: string };
    const claims = await verified(authorization);
    expect(claims).toMatchObject({
      sub: alice.id,
      email: 'alice',
      role: 'writer',
      kacls_url: KMS_URL,
      resource_name: pair.resourceName,
    });
    expect((claims?.exp ?? 0) - (claims?.iat ?? 0)).toBe(300);
  });

  test('comes with a batch only: a single resource answers its name', async () => {
    const { id, key, resourceName } = makePair(alice, 'single.txt');
    const json = { id, name: key.name, size: key.size };
    const reply = await cloud.call('POST', '/resources', { as: alice, json });
    expect(resourceReply.strict().parse(await dataOfReply(reply))).toEqual({ resource_name: resourceName });
  });

  test('of a batch is bound to its names in their order', async () => {
    const pairs = Array.from({ length: 1000 }, (_, index) => makePair(alice, `${index}.txt`));
    const files = pairs.map(({ id, key }) => ({ id, name: key.name, size: key.size }));
    const reply = await cloud.call('POST', '/resources', { as: alice, json: { files } });
    const data = (await dataOfReply(reply)) as { resource_names: string[]; authorization: string };
    expect(data.resource_names).toEqual(pairs.map((pair) => pair.resourceName));
    const claims = await verified(data.authorization);
    expect(claims).toMatchObject({
      role: 'writer',
      resource_names_sha256: resourceNamesSha256(data.resource_names),
    });
    expect(claims).not.toHaveProperty('resource_name');

    const items = pairs.map(({ key }) => key);
    const stored = await cloud.call('PUT', '/resources/keys', { as: alice, json: { items } });
    expect(await dataOfReply(stored)).toEqual({ stored: 1000 });

    const resource_names = data.resource_names.toReversed();
    const json = { resource_names, role: 'reader' };
    const again = await cloud.call('POST', '/authorize', { as: alice, json });
    const { authorization } = (await dataOfReply(again)) as { authorization: string };
    expect(await verified(authorization)).toMatchObject({
      resource_names_sha256: resourceNamesSha256(resource_names),
    });
  });

  test('is not given for a batch in which one id is taken, nor twice the same', async () => {
    const taken = makePair(alice, 'taken.txt');
    await register(cloud, alice, taken);
    const fresh = makePair(alice, 'fresh.txt');
    const file = ({ id, key }: typeof fresh) => ({ id, name: key.name, size: key.size });
    for (const files of [
      [file(fresh), file(taken)],
      [file(fresh), file(fresh)],
    ]) {
      const reply = await cloud.call('POST', '/resources', { as: alice, json: { files } });
      expect(await codeOfReply(reply)).toBe('CLOUD_RESOURCE_TAKEN');
    }
    expect((await register(cloud, alice, fresh)).status).toBe(200);
  });
});

describe('the signing key', () => {
  test('stays the same after a restart, and opens under its root key only', async () => {
    const rootKey = Secret.random(32);
    const first = await startTestCloud({ rootKey });
    const { dataFolder } = first;
    try {
      const published = await (await first.call('GET', '/.well-known/jwks.json')).text();
      const second = await startTestCloud({ rootKey, dataFolder });
      expect(await (await second.call('GET', '/.well-known/jwks.json')).text()).toBe(published);
      await second.stop();
      const refused = startTestCloud({ rootKey: Secret.random(32), dataFolder });
      await expect(refused).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    } finally {
      await first.stop();
    }
  });
});

test('status endpoints say who this is', async () => {
  const data = health.parse(await dataOfReply(await cloud.call('GET', '/healthz')));
  expect(data).toEqual({ service: 'cloud', api: 1, version: '0.0.0-test', url: CLOUD_URL });
  expect((await cloud.call('GET', '/readyz')).status).toBe(200);
});
