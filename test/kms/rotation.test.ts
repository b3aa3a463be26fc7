import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, copyFile, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealFiles } from '../../agent/jobs/seal-files.ts';
import { wrapFreshKeys } from '../../agent/jobs/wrap-keys.ts';
import { followRewrapping } from '../../agent/keys/follow-rewrapping.ts';
import { openSqlite } from '../../core/durable/sqlite.ts';
import type { CloudSchema } from '../../server/cloud/stores/schema.ts';
import type { KmsSchema } from '../../server/kms/store/schema.ts';
import type { KeyReply } from '../../shared/api/kms/keys.ts';
import { keyListReply } from '../../shared/api/kms/keys.ts';
import { parseKeyFile } from '../../shared/formats/key-file.ts';
import { claimedKekVersion } from '../../shared/formats/wrapped-key.ts';
import type { FolderJob } from '../support/folder-job-process.ts';
import { collector, startTestWorld, type TestWorld, type WorldPerson } from '../support/test-world.ts';
import { PASSWORD, STEP_SECONDS, totpCode } from './start-test-kms.ts';

const DAY_SECONDS = 86_400;

let world: TestWorld;
let alice: WorldPerson;
let bob: WorldPerson;

beforeAll(async () => {
  world = await startTestWorld();
  [alice, bob] = [await world.person('alice'), await world.person('bob')];
});
afterAll(() => world.close());

async function ask(person: WorldPerson, method: string, where: string, body?: object) {
  const { access_token } = await person.agent.login.tokens();
  const response = await fetch(world.kms.address + where, {
    method,
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const reply = (await response.json()) as { data?: unknown; error?: { code: string; details: object } };
  return {
    status: response.status,
    data: reply.data,
    code: reply.error?.code,
    details: reply.error?.details,
  };
}

/** A code that was not used yet: each is good once. */
function freshCode(person: WorldPerson): string {
  world.advance(STEP_SECONDS);
  return totpCode(person.otpUri, world.now());
}

/** After so long every token has expired. */
async function logInAnew(person: WorldPerson): Promise<void> {
  await person.agent.login.login(person.user, { password: PASSWORD, code: freshCode(person) });
}

async function firstKey(person: WorldPerson): Promise<KeyReply> {
  const keys = keyListReply.parse((await ask(person, 'GET', '/keys')).data);
  const first = keys.find(({ isFirst }) => isFirst);
  if (!first) throw new Error('no first key');
  return first;
}

/** Rotates, and lets everything that follows from it come about. */
async function rotate(person: WorldPerson): Promise<string> {
  const { keyId } = await firstKey(person);
  expect((await ask(person, 'POST', '/keys/rotate', { keyId })).status).toBe(200);
  await world.kms.upkeep.run();
  return keyId;
}

const versionsOf = ({ versions }: KeyReply) =>
  versions.map(({ version, status, needed }) => `${version} ${status} ${needed}`);

async function keyOf(enc: string): Promise<{ readonly text: string; readonly version: number }> {
  const text = await readFile(enc.replace(/\.enc$/, '.key'), 'utf8');
  return { text, version: claimedKekVersion(parseKeyFile(text).wrapped_key).version };
}

test('a KEK goes round: everything hangs on the new version, and old pairs open and get their rewrapped key', async () => {
  const sealed = [];
  for (let index = 0; index < 3; index += 1) sealed.push(await alice.sealed(`${index}.txt`, `text ${index}`));
  const uploaded = await alice.sealed('uploaded.txt', 'in the cloud');
  await alice.upload(uploaded.enc);
  const old = await keyOf(uploaded.enc);
  expect(versionsOf(await firstKey(alice))).toEqual(['1 active 4']);

  const keyId = await rotate(alice);
  expect(versionsOf(await firstKey(alice))).toEqual(['1 readable 0', '2 active 4']);
  expect((await keyOf(uploaded.enc)).version).toBe(1);

  await rm(uploaded.enc.replace('.enc', ''), { force: true });
  expect((await alice.open(uploaded.enc)).finished).toHaveLength(1);
  const rewrapped = await keyOf(uploaded.enc);
  expect(rewrapped.version).toBe(2);
  expect({ ...parseKeyFile(rewrapped.text), wrapped_key: '' }).toEqual({
    ...parseKeyFile(old.text),
    wrapped_key: '',
  });
  // A lost `.key` comes back from the registry as it was rewrapped.
  const [first] = sealed;
  if (!first) throw new Error('nothing sealed');
  await rm(first.key);
  expect((await alice.open(first.enc)).finished).toHaveLength(1);
  expect((await keyOf(first.enc)).version).toBe(2);

  // Grace, retirement, destruction: the old wrapped key opens as long as its version may.
  expect(
    (await ask(alice, 'POST', '/keys/schedule-destruction', { keyId, version: 1, code: freshCode(alice) }))
      .code,
  ).toBe('KEY_VERSION_STATE');
  world.advance(7 * DAY_SECONDS);
  await logInAnew(alice);
  await world.kms.upkeep.run();
  expect(versionsOf(await firstKey(alice))).toEqual(['1 retired 0', '2 active 4']);
  await writeFile(uploaded.key, old.text);
  expect((await alice.open(uploaded.enc)).finished).toHaveLength(1);

  const scheduled = await ask(alice, 'POST', '/keys/schedule-destruction', {
    keyId,
    version: 1,
    days: 7,
    code: freshCode(alice),
  });
  expect(scheduled.data).toMatchObject({ version: 1, status: 'destruction_scheduled' });
  expect((await ask(alice, 'POST', '/keys/cancel-destruction', { keyId, version: 1 })).data).toMatchObject({
    status: 'disabled',
  });
  const again = { keyId, version: 1, days: 7, code: freshCode(alice) };
  expect((await ask(alice, 'POST', '/keys/schedule-destruction', again)).status).toBe(200);
  world.advance(7 * DAY_SECONDS);
  await logInAnew(alice);
  await world.kms.upkeep.run();
  expect(versionsOf(await firstKey(alice))).toEqual(['1 destroyed 0', '2 active 4']);

  // The copy that hangs on it opens nothing any more; the registry's does, and takes its place.
  await writeFile(uploaded.key, old.text);
  expect((await alice.open(uploaded.enc)).finished).toHaveLength(1);
  expect((await keyOf(uploaded.enc)).version).toBe(2);
});

test('a revoked version opens nothing, its files are rewrapped and listed as needing a new key', async () => {
  const { enc } = await bob.sealed('secret.txt', 'known to somebody');
  const { keyId } = await firstKey(bob);
  const request = { keyId, version: 1, code: freshCode(bob) };
  expect((await ask(bob, 'POST', '/keys/disable', { ...request, code: '000000' })).code).toBe('CODE_REFUSED');
  expect((await ask(bob, 'POST', '/keys/disable', request)).data).toEqual({ version: 1, status: 'disabled' });
  await world.kms.upkeep.run();
  expect(versionsOf(await firstKey(bob))).toEqual(['1 disabled 0', '2 active 1']);
  expect((await firstKey(bob)).needingNewKey).toBe(1);
  const { resource_name: resourceName } = parseKeyFile((await keyOf(enc)).text);
  const needing = await ask(bob, 'GET', `/keys/${keyId}/census?needs=new-key`);
  expect(needing.data).toEqual({ items: [{ resourceName, generation: 1, version: 1 }] });

  expect((await bob.open(enc)).finished).toHaveLength(1);
  const revoked = (await ask(bob, 'POST', '/keys/enable', { ...request, code: freshCode(bob) })).data;
  expect(revoked).toMatchObject({ version: 1, status: 'readable' });
});

test('a version that is revoked long after everything was rewrapped exposes its files all the same', async () => {
  const dora = await world.person('dora');
  const { enc } = await dora.sealed('long-ago.txt', 'x');
  const keyId = await rotate(dora);
  expect((await dora.open(enc)).finished).toHaveLength(1);
  expect((await firstKey(dora)).needingNewKey).toBe(0);
  await ask(dora, 'POST', '/keys/disable', { keyId, version: 1, code: freshCode(dora) });
  expect((await firstKey(dora)).needingNewKey).toBe(1);
  await ask(dora, 'POST', '/keys/enable', { keyId, version: 1, code: freshCode(dora) });
  expect((await firstKey(dora)).needingNewKey).toBe(0);
});

describe('an old copy of a .key', () => {
  let erin: WorldPerson;
  let sealed: { readonly enc: string; readonly key: string };
  let old: string;
  let keyId: string;

  beforeAll(async () => {
    erin = await world.person('erin');
    sealed = await erin.sealed('copied.txt', 'x');
    old = await readFile(sealed.key, 'utf8');
    keyId = await rotate(erin);
  });
  const registered = async () => {
    const { cloud, login } = erin.agent.jobs;
    const id = parseKeyFile(old).resource_name.split('/').at(-1) ?? '';
    return claimedKekVersion((await cloud.key((await login.tokens()).cloud_token, id)).wrapped_key).version;
  };

  test('brings no old version back to the cloud, by an upload or put there again', async () => {
    await writeFile(sealed.key, old);
    await erin.upload(sealed.enc);
    expect(await registered()).toBe(2);
    expect((await keyOf(sealed.enc)).version).toBe(2);
    await erin.agent.jobs.cloud.putKeys((await erin.agent.login.tokens()).cloud_token, [parseKeyFile(old)]);
    expect(await registered()).toBe(2);
  });

  test('keeps its version where the cloud came back from a backup that has it', async () => {
    const database = openSqlite<CloudSchema>(world.cloud.config.databaseFile);
    const { resource_name, wrapped_key } = parseKeyFile(old);
    const resource = resource_name.split('/').at(-1) ?? '';
    const kek = claimedKekVersion(wrapped_key);
    const row = { key_file: old, kek_id: kek.keyId, key_version: kek.version };
    for (const table of ['registry', 'files'] as const)
      await database.updateTable(table).set(row).where('resource', '=', resource).execute();
    await database.destroy();

    const retired = await ask(erin, 'POST', '/keys/retire', { keyId, version: 1 });
    expect([retired.code, retired.details]).toEqual([
      'KEY_VERSION_NEEDED',
      expect.objectContaining({ count: 1 }),
    ]);
    await world.kms.upkeep.run();
    expect(await registered()).toBe(2);
    expect(versionsOf(await firstKey(erin))).toEqual(['1 readable 0', '2 active 1']);
  });
});

test('one person’s damaged row holds nobody else up', async () => {
  const [fay, gus] = [await world.person('fay'), await world.person('gus')];
  const { enc } = await fay.sealed('damaged.txt', 'x');
  await gus.sealed('whole.txt', 'x');
  const { resource_name } = parseKeyFile((await keyOf(enc)).text);
  const database = openSqlite<KmsSchema>(world.kms.config.databaseFile);
  await database
    .updateTable('resources')
    .set({ secret: new Uint8Array(60) })
    .where('name', '=', resource_name)
    .execute();
  await database.destroy();
  for (const person of [fay, gus]) await rotate(person);
  expect(versionsOf(await firstKey(gus))).toEqual(['1 readable 0', '2 active 1']);
  expect(versionsOf(await firstKey(fay))).toEqual(['1 readable 1', '2 active 0']);
});

test('each step of a version’s life is in the audit log, and a destroyed one has no secret left', async () => {
  const database = openSqlite<KmsSchema>(world.kms.config.databaseFile);
  const { keyId } = await firstKey(alice);
  const entries = await database
    .selectFrom('audit')
    .select(['operation', 'reason', 'actor'])
    .where('reason', 'like', `${keyId}%`)
    .where('decision', '=', 'allowed')
    .orderBy('seq')
    .execute();
  expect(
    entries.map(({ operation, reason, actor }) => `${operation} ${reason.split('/')[1]} ${actor}`),
  ).toEqual([
    'rotate-key 2 alice',
    'retire-key-version 1 kms:',
    'schedule-destruction-key-version 1 alice',
    'cancel-destruction-key-version 1 alice',
    'schedule-destruction-key-version 1 alice',
    'destroy-key-version 1 kms:',
  ]);
  const secrets = await database
    .selectFrom('kek_versions')
    .select(['version', 'secret'])
    .where('kek_id', '=', keyId)
    .orderBy('version')
    .execute();
  expect(secrets.map(({ secret }) => secret.length > 0)).toEqual([false, true]);
  const revoked = await database
    .selectFrom('audit')
    .select(['operation', 'reason'])
    .where('actor', '=', 'bob')
    .where('operation', 'in', ['rotate-key', 'disable-key-version'])
    .where('decision', '=', 'allowed')
    .execute();
  expect(revoked.map(({ operation, reason }) => `${operation} ${reason.split('/')[1]}`)).toEqual([
    'rotate-key 2',
    'disable-key-version 1',
  ]);
  await database.destroy();
});

test("nobody touches another person's key", async () => {
  const { keyId } = await firstKey(alice);
  const code = freshCode(bob);
  for (const [method, where, body] of [
    ['GET', `/keys/${keyId}`, undefined],
    ['GET', `/keys/${keyId}/census`, undefined],
    ['POST', '/keys/rotate', { keyId }],
    ['POST', '/keys/retire', { keyId, version: 1 }],
    ['POST', '/keys/disable', { keyId, version: 2, code }],
    ['POST', '/keys/enable', { keyId, version: 1, code }],
    ['POST', '/keys/schedule-destruction', { keyId, version: 1, code }],
    ['POST', '/keys/cancel-destruction', { keyId, version: 1 }],
  ] as const) {
    expect([where, (await ask(bob, method, where, body)).code]).toEqual([where, 'KEY_NOT_FOUND']);
  }
});

test('the owner gives a file up: nothing opens it again, and nothing counts for it', async () => {
  const { enc, key } = await alice.sealed('gone.txt', 'for good');
  const { resource_name } = parseKeyFile(await readFile(key, 'utf8'));
  const before = (await firstKey(alice)).versions.at(-1)?.needed ?? 0;
  const foreign = await ask(bob, 'POST', '/keys/shred', {
    resourceNames: [resource_name],
    code: freshCode(bob),
  });
  expect(foreign.code).toBe('GRANT_NOT_OWNER');
  const shredded = await ask(alice, 'POST', '/keys/shred', {
    resourceNames: [resource_name],
    code: freshCode(alice),
  });
  expect(shredded.data).toEqual({ shredded: 1 });
  expect((await firstKey(alice)).versions.at(-1)?.needed).toBe(before - 1);
  expect((await alice.open(enc)).failed.map(({ error }) => error.code)).toEqual(['WRAPPED_KEY_INVALID']);
});

describe('a seal that did not come to its end', () => {
  /** Of wraps that the registry does not have yet, as far as this person's device knows. */
  const recordsOf = async ({ home }: WorldPerson) => {
    const runs = path.join(home, 'runs');
    const names = (await readdir(runs)).filter((name) => name.endsWith('.wraps'));
    return names.map((name) => path.join(runs, name));
  };

  test('cancelled: its key is carried over like any other, and the old version ends', async () => {
    const hal = await world.person('hal');
    const source = await hal.write('large.bin', Buffer.alloc(4 * 1024 * 1024));
    const cancel = new AbortController();
    const { report, failed } = collector();
    const cancelling = { ...report, progress: () => cancel.abort() };
    await sealFiles(hal.agent.jobs, { sources: [source], signal: cancel.signal }, cancelling);
    expect(failed.map(({ error }) => error.code)).toEqual(['JOB_CANCELLED']);
    expect(await hal.names()).toEqual(['large.bin']);
    expect(versionsOf(await firstKey(hal))).toEqual(['1 active 1']);

    const keyId = await rotate(hal);
    expect(versionsOf(await firstKey(hal))).toEqual(['1 readable 0', '2 active 1']);
    expect((await ask(hal, 'POST', '/keys/retire', { keyId, version: 1 })).data).toMatchObject({
      status: 'retired',
    });
    const destruction = { keyId, version: 1, code: freshCode(hal) };
    expect((await ask(hal, 'POST', '/keys/schedule-destruction', destruction)).data).toMatchObject({
      status: 'destruction_scheduled',
    });
  });

  test('killed before the registry has its key: the next start lets go of it, and the old version ends', async () => {
    const jan = await world.person('jan');
    const source = path.join(jan.folder, 'papers');
    await mkdir(source);
    for (const name of ['1', '2']) await writeFile(path.join(source, name), name);
    const { proxies, now } = world;
    const addresses = { kms: proxies.kms.address, cloud: proxies.cloud.address };
    const job: FolderJob = { kind: 'seal', source, home: jan.home, addresses, now: now().toISOString() };
    const program = path.join(import.meta.dirname, '..', 'support', 'folder-job-process.ts');
    const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    proxies.cloud.meddle = async (request, forward) => {
      if (request.path !== '/resources/keys') return forward();
      child.kill('SIGKILL');
      throw new Error('nobody is there to answer');
    };
    expect(await ended).toEqual([null, 'SIGKILL']);
    proxies.cloud.meddle = undefined;
    const keyId = await rotate(jan);
    expect(versionsOf(await firstKey(jan))).toEqual(['1 readable 2', '2 active 0']);

    const { jobs } = await world.connect('jan');
    const { signal } = new AbortController();
    await followRewrapping(jobs, { keyId, signal, onLeft: () => undefined });
    expect(versionsOf(await firstKey(jan))).toEqual(['1 readable 0', '2 active 0']);
    expect((await ask(jan, 'POST', '/keys/retire', { keyId, version: 1 })).data).toMatchObject({
      status: 'retired',
    });
  });

  test('refused by the cloud: a later one lets go of its key and of no other, once the KMS cannot be at it any more', async () => {
    const kim = await world.person('kim');
    await kim.sealed('kept.txt', 'x');
    expect(await recordsOf(kim)).toEqual([]);
    const source = await kim.write('refused.txt', 'x');
    world.proxies.cloud.meddle = async (request, forward) =>
      request.path === '/resources/keys' ? { status: 500, headers: {}, body: Buffer.from('') } : forward();
    expect((await kim.seal(source)).failed).toHaveLength(1);
    world.proxies.cloud.meddle = undefined;
    const [record = ''] = await recordsOf(kim);
    await utimes(record, world.now(), world.now());
    expect((await kim.seal(source)).finished).toHaveLength(1);
    expect(versionsOf(await firstKey(kim))).toEqual(['1 active 3']);

    // Somebody else who comes to the same device has no say in it, and is not held up.
    const max = await world.person('max');
    await max.sealed('before.txt', 'x');
    const copy = path.join(max.home, 'runs', path.basename(record));
    await copyFile(record, copy);
    await utimes(copy, world.now(), world.now());
    world.advance(600);
    await max.sealed('after.txt', 'x');
    expect(await recordsOf(max)).toEqual([copy]);
    expect(versionsOf(await firstKey(kim))).toEqual(['1 active 3']);

    await kim.sealed('later.txt', 'x');
    expect(await recordsOf(kim)).toEqual([]);
    expect(versionsOf(await firstKey(kim))).toEqual(['1 active 3']);
  });

  test('released by mistake: what the registry keeps counts again before its version ends', async () => {
    const lea = await world.person('lea');
    const { enc } = await lea.sealed('there.txt', 'x');
    const { resource_name } = parseKeyFile((await keyOf(enc)).text);
    const { access_token } = await lea.agent.login.tokens();
    expect(await lea.agent.jobs.kms.release(access_token, [resource_name])).toEqual({ released: 1 });
    const keyId = await rotate(lea);
    const retired = await ask(lea, 'POST', '/keys/retire', { keyId, version: 1 });
    expect([retired.code, retired.details]).toEqual([
      'KEY_VERSION_NEEDED',
      expect.objectContaining({ count: 1 }),
    ]);
    await world.kms.upkeep.run();
    expect(versionsOf(await firstKey(lea))).toEqual(['1 readable 0', '2 active 1']);
  });

  test('released by whoever stole a token, then its version revoked: it is rewrapped, and opens', async () => {
    const mia = await world.person('mia');
    const { enc } = await mia.sealed('there.txt', 'x');
    const { resource_name } = parseKeyFile((await keyOf(enc)).text);
    // Later runs ask the cloud about no version but those that are to be rewrapped.
    await world.kms.upkeep.run();
    const { access_token } = await mia.agent.login.tokens();
    await mia.agent.jobs.kms.release(access_token, [resource_name]);
    const { keyId } = await firstKey(mia);
    const request = { keyId, version: 1, code: freshCode(mia) };
    expect((await ask(mia, 'POST', '/keys/disable', request)).status).toBe(200);
    await world.kms.upkeep.run();
    expect(versionsOf(await firstKey(mia))).toEqual(['1 disabled 0', '2 active 1']);
    expect((await firstKey(mia)).needingNewKey).toBe(1);
    expect((await mia.open(enc)).finished).toHaveLength(1);
  });

  test('what grew meanwhile: the registry has what the .key says', async () => {
    const ida = await world.person('ida');
    const source = await ida.write('log.txt', 'a line');
    world.proxies.kms.meddle = async (request, forward) => {
      if (request.path === '/wrap/batch') await appendFile(source, ', and another');
      return forward();
    };
    const { finished } = await ida.seal(source);
    world.proxies.kms.meddle = undefined;
    const { text } = await keyOf(finished[0]?.out ?? '');
    const key = parseKeyFile(text);
    expect(key.size).toBe(19);
    const id = key.resource_name.split('/').at(-1) ?? '';
    const { cloud_token } = await ida.agent.login.tokens();
    expect(await ida.agent.jobs.cloud.key(cloud_token, id)).toEqual(key);
    await rm(source);
    expect((await ida.open(finished[0]?.out ?? '')).finished).toHaveLength(1);
    expect(await readFile(source, 'utf8')).toBe('a line, and another');
  });
});

test('what is needed is neither retired nor destroyed, and the refusal says how much it is', async () => {
  const carol = await world.person('carol');
  // Wrapped, and never registered: nobody can carry it over, and somebody may still have it.
  const [wrapped] = await wrapFreshKeys(carol.agent.jobs, [{ name: 'kept.txt', size: 1 }]);
  wrapped?.dek.destroy();
  const keyId = await rotate(carol);
  world.advance(7 * DAY_SECONDS);
  await logInAnew(carol);
  await world.kms.upkeep.run();
  expect(versionsOf(await firstKey(carol))).toEqual(['1 readable 1', '2 active 0']);

  const retired = await ask(carol, 'POST', '/keys/retire', { keyId, version: 1 });
  expect([retired.code, retired.details]).toEqual([
    'KEY_VERSION_NEEDED',
    expect.objectContaining({ count: 1 }),
  ]);
  await ask(carol, 'POST', '/keys/disable', { keyId, version: 1, code: freshCode(carol) });
  const scheduled = { keyId, version: 1, code: freshCode(carol) };
  expect((await ask(carol, 'POST', '/keys/schedule-destruction', scheduled)).code).toBe('KEY_VERSION_NEEDED');
  const resourceName = wrapped?.resourceName;
  expect((await ask(carol, 'GET', `/keys/${keyId}/census?version=1`)).data).toEqual({
    items: [{ resourceName, generation: 1, version: 1 }],
  });
});
