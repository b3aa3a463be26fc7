import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectAgent } from '../../agent/agent.ts';
import { shareFile } from '../../agent/jobs/share-file.ts';
import { unshareFile } from '../../agent/jobs/unshare-file.ts';
import { WORKER_URL } from '../support/engine.ts';
import { jsonReply } from '../support/meddling-proxy.ts';
import { startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';

let world: TestWorld;
let alice: WorldPerson;
let bob: WorldPerson;
let enc: string;
let bobsCopy: string;

beforeAll(async () => {
  world = await startTestWorld();
  [alice, bob] = [await world.person('alice'), await world.person('bob')];
  const pair = await alice.sealed('plan.txt', 'the plan');
  enc = pair.enc;
  await alice.upload(enc);
  bobsCopy = path.join(bob.folder, 'plan.txt.enc');
  await copyFile(enc, bobsCopy);
  await copyFile(pair.key, path.join(bob.folder, 'plan.txt.key'));
});
afterAll(() => world.close());
afterEach(() => {
  world.proxies.cloud.meddle = undefined;
});

const refuseEverything = async () => jsonReply({ error: { code: 'INTERNAL', message: '' } }, 500);

test('a cloud that refuses everything cannot keep a grant alive', async () => {
  await shareFile(alice.agent.jobs, { name: 'plan.txt', with: 'bob', role: 'reader' });
  expect((await bob.open(bobsCopy)).failed).toEqual([]);

  world.proxies.cloud.meddle = refuseEverything;
  const unshared = unshareFile(alice.agent.jobs, { encPath: enc, with: 'bob' });
  await expect(unshared).rejects.toMatchObject({ code: 'SHARE_LEFT', details: { user: 'bob' } });

  world.proxies.cloud.meddle = undefined;
  const { failed } = await bob.open(bobsCopy);
  expect(failed.map(({ error }) => error.code)).toEqual(['GRANT_MISSING']);
});

test('the share that was left goes with the next try', async () => {
  await unshareFile(alice.agent.jobs, { name: 'plan.txt', with: 'bob' });
  const { cloud_token } = await alice.agent.login.tokens();
  expect(await alice.agent.jobs.cloud.shares(cloud_token)).toEqual([]);
  const again = unshareFile(alice.agent.jobs, { encPath: enc, with: 'bob' });
  await expect(again).rejects.toMatchObject({ code: 'GRANT_NOT_FOUND' });
});

test('a share that the cloud refuses leaves the grant that was there before', async () => {
  await shareFile(alice.agent.jobs, { name: 'plan.txt', with: 'bob', role: 'reader' });
  world.proxies.cloud.meddle = (request, forward) =>
    request.method === 'POST' && request.path === '/shares' ? refuseEverything() : forward();
  const until = '2026-12-24T00:00:00Z';
  const again = shareFile(alice.agent.jobs, { name: 'plan.txt', with: 'bob', role: 'reader', until });
  await expect(again).rejects.toMatchObject({ code: 'INTERNAL' });

  const { access_token } = await alice.agent.login.tokens();
  const grants = await alice.agent.jobs.kms.grants(access_token);
  expect(grants).toMatchObject([{ with: 'bob', role: 'reader' }]);
  expect(grants[0]).not.toHaveProperty('until');
  expect((await bob.open(bobsCopy)).failed).toEqual([]);
});

test('an agent that needs the KMS alone connects while a cloud it knows is away', async () => {
  world.proxies.cloud.meddle = refuseEverything;
  const home = path.join(world.folder, 'homes', 'later');
  await mkdir(home, { recursive: true });
  const settings = {
    dataFolder: home,
    kind: 'own' as const,
    profileId: 'test',
    addresses: { kms: world.proxies.kms.address, cloud: world.proxies.cloud.address },
    segmentWorkerUrl: WORKER_URL,
    now: world.now,
    isCloudNeeded: false,
  };
  await expect(connectAgent({ ...settings, known: undefined })).rejects.toMatchObject({ code: 'INTERNAL' });
  const agent = await connectAgent({ ...settings, known: alice.agent.servers });
  expect(agent.servers.cloud).toEqual(alice.agent.servers.cloud);
  await agent.close();
});
