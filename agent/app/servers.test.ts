import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serversOf } from '../../server/embedded/data-folder-servers.ts';
import { PASSWORD, totpCode } from '../../test/kms/start-test-kms.ts';
import { jsonReply } from '../../test/support/meddling-proxy.ts';
import { startTestApp, type TestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';

let world: TestWorld;
const apps: TestApp[] = [];
beforeAll(async () => {
  world = await startTestWorld();
});
afterEach(async () => {
  world.proxies.kms.meddle = undefined;
  world.proxies.cloud.meddle = undefined;
  for (const { app, reported } of apps.splice(0)) {
    await app.close();
    expect(reported).toEqual([]);
  }
});
afterAll(() => world.close());

async function start(...how: Parameters<typeof startTestApp>): Promise<TestApp> {
  const one = await startTestApp(...how);
  apps.push(one);
  return one;
}

const broken = () => Promise.reject(new Error('the connection breaks'));

test('a team’s server that goes away and comes back, in order', async () => {
  const ann = await start(world, 'ann');
  const addresses = { kms: world.proxies.kms.address, cloud: world.proxies.cloud.address };
  await ann.call('place.team', addresses);
  expect(ann.tick()).toBe(10_000);
  world.proxies.cloud.meddle = broken;
  expect(await ann.refusal('servers.test', addresses)).toBe('SERVER_UNREACHABLE');
  await ann.until(({ servers }) => servers?.cloud.state === 'away');
  expect((await ann.call('app.state', {})).servers).toMatchObject({
    kms: { state: 'answering', error: null },
    cloud: { state: 'away', error: { code: 'SERVER_UNREACHABLE', details: { service: 'cloud' } } },
  });
  // It asks again and again, and is in no hurry.
  const waits: number[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const asked = world.proxies.cloud.seen.length;
    waits.push(await nextLook(ann, () => world.proxies.cloud.seen.length > asked));
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000]);
  world.proxies.cloud.meddle = undefined;
  await nextLook(ann, async () => (await ann.call('app.state', {})).servers?.cloud.state === 'answering');
  expect(ann.serverStates).toEqual(['answering answering', 'answering away', 'answering answering']);
});

/** Waits until the next look was put off, lets it happen, and waits for what comes of it. */
async function nextLook(of: TestApp, isDone: () => boolean | Promise<boolean>): Promise<number> {
  const ms = await eventually(() => of.tick());
  await eventually(async () => {
    if (!(await isDone())) throw new Error('not yet');
  });
  return ms;
}

async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  for (let left = 2000; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

test('another server under the old address is called by nobody', async () => {
  const ben = await start(world, 'ben');
  await ben.register('ben');
  world.proxies.cloud.meddle = async ({ path: where }, forward) =>
    where.includes('jwks') ? jsonReply({ keys: [{ kty: 'OKP', kid: 'another' }] }) : forward();
  await nextLook(ben, async () => (await ben.call('app.state', {})).servers?.cloud.state === 'away');
  const asked = world.proxies.cloud.seen.length;
  expect(await ben.refusal('cloud.list', {})).toBe('SERVER_IDENTITY_CHANGED');
  expect(world.proxies.cloud.seen.length).toBe(asked);
  world.proxies.cloud.meddle = undefined;
  await nextLook(ben, async () => (await ben.refusal('cloud.list', {})) === 'NONE');
});

test('own servers that die are opened anew, with more and more time between; who was logged in still is', async () => {
  const cleo = await start(world, 'cleo');
  await cleo.register('cleo');
  world.proxies.kms.meddle = broken;
  cleo.own[0]?.die();
  await cleo.until(({ servers }) => servers?.kms.state === 'away');
  expect(cleo.own).toMatchObject([{ isClosed: true }]);
  expect(await nextLook(cleo, () => cleo.own[1]?.isClosed === true)).toBe(1000);
  expect(await nextLook(cleo, () => cleo.own[2]?.isClosed === true)).toBe(2000);
  expect(await cleo.refusal('cloud.list', {})).toBe('SERVER_UNREACHABLE');
  world.proxies.kms.meddle = undefined;
  expect(await nextLook(cleo, async () => (await cleo.refusal('cloud.list', {})) === 'NONE')).toBe(4000);
  expect((await cleo.call('app.state', {})).user).toBe('cleo');
  expect(cleo.own.length).toBe(4);
});

test('a login that ends brings back the login and keeps the jobs', async () => {
  const dora = await start(world, 'dora');
  const otpUri = await dora.register('dora');
  const { ref } = await dora.app.offerPath(await dora.write('a.txt', 'content'));
  const { ids } = await dora.call('jobs.start', { refs: [ref] });
  await dora.ended(ids[0] ?? '');
  world.proxies.kms.meddle = async ({ path: where }, forward) =>
    where === '/refresh'
      ? jsonReply({ error: { code: 'REFRESH_REFUSED', message: 'over', details: {} } }, 401)
      : forward();
  world.advance(600);
  expect(await dora.refusal('cloud.list', {})).toBe('REFRESH_REFUSED');
  expect(await dora.call('app.state', {})).toMatchObject({ user: null, last_user: 'dora', place: 'here' });
  expect(await dora.call('jobs.list', {})).toEqual([]);
  world.proxies.kms.meddle = undefined;
  const logIn = () =>
    dora.call('account.login', { user: 'dora', password: PASSWORD, code: totpCode(otpUri, world.now()) });
  await logIn();
  expect(await dora.call('jobs.list', {})).toMatchObject([{ state: 'done', name: 'a.txt' }]);

  // The same in a job.
  world.proxies.kms.meddle = async ({ path: where }, forward) =>
    where === '/wrap/batch'
      ? jsonReply({ error: { code: 'AUTHENTICATION_INVALID', message: 'over', details: {} } }, 401)
      : forward();
  await dora.call('jobs.start', { refs: [ref] });
  await dora.until(({ user }) => user === null);
  world.proxies.kms.meddle = undefined;
  world.advance(30);
  await logIn();
  await dora.until((_, jobs) => jobs.length === 2 && jobs[1]?.state === 'failed' && jobs[1].can_retry);
});

test('another place is never told with who was logged in at the former one', async () => {
  const ivy = await start(world, 'ivy');
  await ivy.register('ivy');
  const states: unknown[] = [];
  ivy.app.on('app.changed', ({ place, user }) => void states.push([place, user]));
  const addresses = { kms: world.proxies.kms.address, cloud: world.proxies.cloud.address };
  expect(await ivy.refusal('place.team', { ...addresses, kms: 'http://127.0.0.1:1' })).toBe(
    'SERVER_UNREACHABLE',
  );
  expect(states).toEqual([]);
  await ivy.call('place.team', addresses);
  expect(states).toEqual([
    ['here', null],
    ['team', null],
  ]);
});

test.each(['CLOUD_TOKEN_INVALID', 'AUTHENTICATION_INVALID', 'LOGIN_ENDED', 'REFRESH_REFUSED'])(
  'a cloud that says %s ends no login',
  async (code) => {
    const kim = await start(world, `kim-${code.toLowerCase()}`);
    await kim.register(`kim-${code.toLowerCase()}`);
    world.proxies.cloud.meddle = async () =>
      jsonReply({ error: { code, message: 'over', details: {} } }, 401);
    expect(await kim.refusal('cloud.list', {})).toMatch(/CLOUD_TOKEN_INVALID|SERVER_ANSWER_INVALID/);
    world.proxies.cloud.meddle = undefined;
    expect((await kim.call('app.state', {})).user).not.toBeNull();
    expect(await kim.call('cloud.list', {})).toEqual([]);
  },
);

describe('an app that is closed', () => {
  const addresses = () => ({ kms: world.proxies.kms.address, cloud: world.proxies.cloud.address });
  /** Servers that take a call and never answer. */
  function mute(): Promise<void> {
    const asked = Promise.withResolvers<void>();
    world.proxies.kms.meddle = () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    return asked.promise;
  }

  test('waits for no server that is mute: not where a team is being joined, nor where one was joined before', async () => {
    const joining = await start(world, 'finn');
    const asked = mute();
    const joined = joining.refusal('place.team', addresses());
    await asked;
    await joining.app.close();
    expect(await joined).toBe('JOB_CANCELLED');

    world.proxies.kms.meddle = undefined;
    const before = await start(world, 'gwen');
    await before.call('place.team', addresses());
    await before.app.close();
    const again = mute();
    const connecting = await start(world, 'gwen');
    await again;
    await connecting.app.close();
  });

  test('begins nothing anew', async () => {
    const hal = await start(world, 'hal');
    await hal.register('hal');
    const { ref } = await hal.app.offerPath(await hal.write('a.txt', 'content'));
    await hal.app.close();
    expect(await hal.refusal('jobs.start', { refs: [ref] })).toBe('JOB_CANCELLED');
    for (const name of ['place.leave', 'place.here'] as const)
      expect(await hal.refusal(name, {})).toBe('JOB_CANCELLED');
    expect(hal.own).toMatchObject([{ isClosed: true }]);
  });
});

test('the servers of the data folder itself, as a shell gives them', async () => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'sealkeep-app-'));
  const worker = new URL('../../server/embedded/server-worker.ts', import.meta.url);
  const openOwnServers = () => serversOf(dataFolder, worker);
  const one = await start(world, 'emil', { dataFolder, openOwnServers, now: () => new Date() });
  await one.call('place.here', {});
  const { otp_uri } = await one.call('account.register', { user: 'emil', password: PASSWORD });
  await one.call('account.confirm', { code: totpCode(otp_uri, new Date()) });
  await one.call('account.enter', {});
  expect(await one.call('cloud.list', {})).toEqual([]);
  await one.app.close();
  await rm(dataFolder, { recursive: true });
});
