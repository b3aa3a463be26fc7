import { readFile, rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { shareFile } from '../../agent/jobs/share-file.ts';
import { subjectOf } from '../../core/crypto/tokens.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import { takeCloudKey } from '../support/cloud-word.ts';
import { jsonReply, type Meddle, withJson } from '../support/meddling-proxy.ts';
import { startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
let mallory: WorldPerson;
beforeAll(async () => {
  world = await startTestWorld();
  [alice, mallory] = [await world.person('alice'), await world.person('mallory')];
});
afterAll(() => world.close());
afterEach(() => {
  world.proxies.cloud.meddle = undefined;
  world.proxies.kms.meddle = undefined;
});

const lie =
  (method: string, path: string | RegExp, change: (json: never) => unknown): Meddle =>
  async (request, forward) => {
    const reply = await forward();
    const isMeant =
      request.method === method &&
      (typeof path === 'string' ? request.path === path : path.test(request.path));
    return isMeant ? withJson(reply, change) : reply;
  };

test('a cloud that registers the file as another person’s resource gets no DEK wrapped for them', async () => {
  const own = await mallory.sealed('own.txt', 'mine');
  const { resource_name } = JSON.parse(await readFile(own.key, 'utf8')) as { resource_name: string };
  const owner = splitResourceName(resource_name)?.owner ?? '';
  const malloryTokens = await mallory.agent.login.tokens();
  world.proxies.cloud.meddle = async (request, forward) => {
    if (request.path !== '/resources') return forward();
    const { files } = JSON.parse(request.body.toString()) as { files: { id: string }[] };
    const names = files.map(({ id }) => `//sealkeep/${owner}/${id}`);
    // The two have agreed beforehand: she lets alice write, so that the KMS wraps under her own KEK.
    for (const name of names) {
      await mallory.agent.jobs.kms.createGrant(malloryTokens.access_token, {
        resource_name: name,
        with: 'alice',
        role: 'writer',
      });
    }
    const authorization = await word.sign({ id: aliceId, name: 'alice' }, 'writer', {
      resource_names: names,
    });
    return jsonReply({ data: { resource_names: names, authorization } });
  };
  const word = await takeCloudKey(world);
  const aliceId = subjectOf((await alice.agent.login.tokens()).access_token) ?? '';
  const before = world.proxies.kms.seen.filter(({ path }) => path === '/wrap/batch').length;
  const { failed, finished } = await alice.seal(await alice.write('secret.txt', 'for alice alone'));
  expect(finished).toEqual([]);
  expect(failed.map(({ error }) => error.code)).toEqual(['SERVER_ANSWER_INVALID']);
  expect(world.proxies.kms.seen.filter(({ path }) => path === '/wrap/batch').length).toBe(before);
  expect(await alice.names()).toEqual(['secret.txt']);
});

test.each<[string, (json: { data: { resource_names: string[] } }) => unknown]>([
  [
    'ids that the client did not make',
    ({ data }) => ({
      data: { ...data, resource_names: data.resource_names.map((name) => `${name.slice(0, -2)}AA`) },
    }),
  ],
  [
    'the ids in another order',
    ({ data }) => ({ data: { ...data, resource_names: data.resource_names.toReversed() } }),
  ],
  [
    'fewer ids than files',
    ({ data }) => ({ data: { ...data, resource_names: data.resource_names.slice(1) } }),
  ],
])('a cloud that answers with %s has nothing wrapped', async (_, change) => {
  const sources = [await alice.write('one.txt', '1'), await alice.write('two.txt', '2')];
  const before = await alice.names();
  world.proxies.cloud.meddle = lie('POST', '/resources', change);
  const wraps = world.proxies.kms.seen.filter(({ path }) => path === '/wrap/batch').length;
  const { failed, finished } = await alice.seal(...sources);
  expect([finished.length, failed.map(({ error }) => error.code)]).toEqual([
    0,
    ['SERVER_ANSWER_INVALID', 'SERVER_ANSWER_INVALID'],
  ]);
  expect(world.proxies.kms.seen.filter(({ path }) => path === '/wrap/batch').length).toBe(wraps);
  expect(await alice.names()).toEqual(before);
});

test.each<[string, (json: { items: { resource_name: string }[] }) => unknown]>([
  ['in another order', ({ items }) => ({ items: items.toReversed() })],
  ['with one item less', ({ items }) => ({ items: items.slice(1) })],
  ['with one item more', ({ items }) => ({ items: [...items, ...items.slice(0, 1)] })],
])('a KMS that answers a batch %s seals and opens nothing', async (_, change) => {
  const pairs = [await alice.sealed('a.bin', 'a'), await alice.sealed('b.bin', 'b')];
  const sources = [await alice.write('c.bin', 'c'), await alice.write('d.bin', 'd')];
  const before = await alice.names();
  world.proxies.kms.meddle = lie('POST', /^\/(un)?wrap\/batch$/, change);
  const outcomes = [await alice.seal(...sources), await alice.open(...pairs.map(({ enc }) => enc))];
  for (const { finished, failed } of outcomes) {
    expect(finished).toEqual([]);
    for (const { error } of failed)
      expect(error).toMatchObject({ code: 'SERVER_ANSWER_INVALID', details: { service: 'KMS' } });
  }
  expect(await alice.names()).toEqual(before);
});

test('a cloud that lists a name for another of the person’s resources gets no grant for it', async () => {
  const [public_, secret] = [await alice.sealed('public.txt', 'p'), await alice.sealed('private.txt', 's')];
  await alice.upload(public_.enc, secret.enc);
  const lies: Meddle[] = [
    lie('GET', '/list/alice', ({ data }: { data: { name: string; resource_name: string }[] }) => {
      const other = data.find(({ name }) => name === 'private.txt')?.resource_name;
      return {
        data: data.map((file) => (file.name === 'public.txt' ? { ...file, resource_name: other } : file)),
      };
    }),
  ];
  // And the same with a `.key` that was made to fit.
  lies.push(async (request, forward) => {
    const reply = await (lies[0] as Meddle)(request, forward);
    return /\/key$/.test(request.path)
      ? withJson(reply, ({ data }: { data: object }) => ({ data: { ...data, name: 'public.txt' } }))
      : reply;
  });
  for (const meddle of lies) {
    world.proxies.cloud.meddle = meddle;
    const sharing = shareFile(alice.agent.jobs, { name: 'public.txt', with: 'mallory', role: 'reader' });
    await expect(sharing).rejects.toMatchObject({ code: 'SERVER_ANSWER_INVALID' });
  }
  const { access_token } = await alice.agent.login.tokens();
  expect(await alice.agent.jobs.kms.grants(access_token)).toEqual([]);
});

test('a share that the cloud refuses takes its grant back', async () => {
  const { enc } = await alice.sealed('taken-back.txt', 'x');
  await alice.upload(enc);
  world.proxies.cloud.meddle = async (request, forward) =>
    request.path === '/shares' ? jsonReply({ error: { code: 'INTERNAL', message: '' } }, 500) : forward();
  const sharing = shareFile(alice.agent.jobs, { name: 'taken-back.txt', with: 'mallory', role: 'reader' });
  await expect(sharing).rejects.toMatchObject({ code: 'INTERNAL' });
  const { access_token } = await alice.agent.login.tokens();
  expect(await alice.agent.jobs.kms.grants(access_token)).toEqual([]);
});

test('a registry that has another resource’s copy opens nothing', async () => {
  const [lost, other] = [await alice.sealed('lost.txt', '1'), await alice.sealed('other.txt', '2')];
  await rm(lost.key);
  const otherKey: unknown = JSON.parse(await readFile(other.key, 'utf8'));
  const before = await alice.names();
  world.proxies.cloud.meddle = async (request, forward) =>
    /\/key$/.test(request.path) ? jsonReply({ data: otherKey }) : forward();
  const { failed } = await alice.open(lost.enc);
  expect(failed.map(({ error }) => error.code)).toEqual(['KEY_MISSING']);
  expect(await alice.names()).toEqual(before);
});

test('a registry’s copy with a changed name is the cloud’s fault, and opens nothing', async () => {
  const lost = await alice.sealed('lost-too.txt', '1');
  await rm(lost.key);
  const before = await alice.names();
  world.proxies.cloud.meddle = lie('GET', /\/key$/, ({ data }: { data: object }) => ({
    data: { ...data, size: 7 },
  }));
  const { failed } = await alice.open(lost.enc);
  expect(failed[0]?.error).toMatchObject({ code: 'SERVER_ANSWER_INVALID', details: { service: 'cloud' } });
  expect(await alice.names()).toEqual(before);
});
