import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keyListReply } from '../../shared/api/kms/keys.ts';
import { PASSWORD, STEP_SECONDS, totpCode } from '../../test/kms/start-test-kms.ts';
import { jsonReply } from '../../test/support/meddling-proxy.ts';
import { startTestApp, type TestApp } from '../../test/support/test-app.ts';
import { startTestWorld, type TestWorld } from '../../test/support/test-world.ts';
import { wrapFreshKeys } from '../jobs/wrap-keys.ts';

/** What an organisation's people do in the window, against the servers as they are. */
let world: TestWorld;
/** The first, and so administrator. */
let ann: TestApp;
let ben: TestApp;
const secrets: Record<string, string> = {};
const apps: TestApp[] = [];

async function open(name: string): Promise<TestApp> {
  const app = await startTestApp(world, name);
  apps.push(app);
  return app;
}

/** Every code is good once: the next step's. */
function code(user: string): string {
  world.advance(STEP_SECONDS);
  return totpCode(secrets[user] ?? '', world.now());
}

const logIn = (app: TestApp, user: string, password = PASSWORD) =>
  app.call('account.login', { user, password, code: code(user) });
const roleOf = async (app: TestApp) => (await app.call('app.state', {})).role;
const idOf = async (user: string) =>
  (await ann.call('people.list', {})).find((one) => one.user === user)?.id ?? '';
const firstKey = async (app: TestApp) => {
  const [key] = await app.call('keys.list', {});
  if (!key) throw new Error('there is no key');
  return key;
};

beforeAll(async () => {
  world = await startTestWorld();
  ann = await open('ann');
  secrets['ann'] = await ann.register('ann');
  ben = await open('ben');
  secrets['ben'] = await ben.register('ben');
});
afterEach(() => {
  world.proxies.kms.meddle = undefined;
});
afterAll(async () => {
  for (const { app, reported } of apps) {
    await app.close();
    expect(reported).toEqual([]);
  }
  await world.close();
});

test('the state says what a person may do, and the KMS decides', async () => {
  expect([await roleOf(ann), await roleOf(ben)]).toEqual(['administrator', 'member']);
  expect(await ben.refusal('people.list', {})).toBe('ADMINISTRATOR_REQUIRED');
  await ann.call('people.change-role', { id: await idOf('ben'), role: 'administrator', code: code('ann') });
  // It comes with the next tokens.
  world.advance(600);
  expect(await ben.refusal('people.list', {})).toBe('NONE');
  expect(await roleOf(ben)).toBe('administrator');
  await ann.call('people.change-role', { id: await idOf('ben'), role: 'member', code: code('ann') });
});

test('a rotation is a job that ends when nothing hangs on former versions, also over a restart', async () => {
  const { ref } = await ann.app.offerPath(await ann.write('plan.txt', 'the way there'));
  const { ids } = await ann.call('jobs.upload', { refs: [ref] });
  expect((await ann.ended(ids[0] ?? '')).state).toBe('done');
  const { keyId } = await firstKey(ann);
  const { id } = await ann.call('keys.rotate', { keyId });
  expect(await ann.ended(id)).toMatchObject({ kind: 'rewrap', state: 'done', name: '2', bytes: 1, total: 1 });
  expect((await firstKey(ann)).versions.map(({ status, needed }) => [status, needed])).toEqual([
    ['readable', 0],
    ['active', 1],
  ]);

  // As a KMS tells that is not through yet.
  world.proxies.kms.meddle = async ({ path: where }, forward) => {
    const reply = await forward();
    if (where !== '/keys') return reply;
    const keys = keyListReply.parse(JSON.parse(reply.body.toString()).data);
    const all = keys.map((key) => ({ ...key, versions: key.versions.map((one) => ({ ...one, needed: 1 })) }));
    return jsonReply({ data: all });
  };
  const { id: second } = await ann.call('keys.rotate', { keyId });
  await ann.until((_, jobs) => jobs.find((job) => job.id === second)?.state === 'running');
  await ann.app.close();
  apps.splice(apps.indexOf(ann), 1);
  ann = await open('ann');
  await ann.until(({ servers }) => servers?.kms.state === 'answering');
  await logIn(ann, 'ann');
  await ann.until((_, jobs) => jobs.find((job) => job.id === second)?.state === 'running');
  world.proxies.kms.meddle = undefined;
  expect(await ann.ended(second)).toMatchObject({ kind: 'rewrap', state: 'done', name: '3' });
});

test('a version is revoked, enabled, to be destroyed and kept; what needs a new key is named', async () => {
  const { keyId } = await firstKey(ann);
  const name = { keyId, version: 3 };
  expect(await ann.refusal('keys.disable', { ...name, code: '000000' })).toBe('CODE_REFUSED');
  await ann.call('keys.disable', { ...name, code: code('ann') });
  await ann.until((_, jobs) => jobs.every((job) => job.kind !== 'rewrap' || job.state === 'done'));
  const needing = await ann.call('keys.needing-new-key', { keyId });
  expect(needing).toMatchObject({ files: [{ name: 'plan.txt' }], hasMore: false });
  const destroy = { keyId, version: 3, days: 7 };
  await ann.call('keys.schedule-destruction', { ...destroy, code: code('ann') });
  await ann.call('keys.cancel-destruction', name);
  await ann.call('keys.enable', { ...name, code: code('ann') });
  const [, , third] = (await firstKey(ann)).versions;
  expect(third).toMatchObject({ version: 3, status: 'readable' });
});

test('a password is changed here and ends the login elsewhere; logins end one by one', async () => {
  const other = await open('ben-elsewhere');
  await other.call('place.here', {});
  await logIn(other, 'ben');
  const fresh = 'five wandering teal lamps';
  await ben.call('account.change-password', { password: PASSWORD, code: code('ben'), new_password: fresh });
  expect(await ben.call('logins.list', {})).toMatchObject([{ current: true }]);
  expect(await other.refusal('cloud.list', {})).toBe('NONE');
  expect(await other.refusal('logins.list', {})).toBe('AUTHENTICATION_INVALID');
  expect((await other.call('app.state', {})).user).toBeNull();
  await logIn(other, 'ben', fresh);
  const elsewhere = (await ben.call('logins.list', {})).find(({ current }) => !current);
  await ben.call('logins.end', { id: elsewhere?.id ?? '' });
  expect(await other.refusal('logins.list', {})).toBe('AUTHENTICATION_INVALID');
  await logIn(other, 'ben', fresh);
  await ben.call('logins.end-others', {});
  expect(await ben.call('logins.list', {})).toHaveLength(1);
  await ben.call('account.change-password', { password: fresh, code: code('ben'), new_password: PASSWORD });
  expect((await ben.call('account.new-recovery-codes', { code: code('ben') })).recovery_codes).toHaveLength(
    10,
  );
});

test('another authenticator takes over by its first code, and the codes are shown before the login', async () => {
  const { otp_uri } = await ben.call('account.renew-authenticator', {
    password: PASSWORD,
    code: code('ben'),
  });
  expect((await ben.call('app.state', {})).user).toBe('ben');
  secrets['ben'] = otp_uri;
  const { recovery_codes: codes } = await ben.call('account.confirm', { code: code('ben') });
  const step = { user: 'ben', step: 'recovery', purpose: 'renew' } as const;
  expect(await ben.call('app.state', {})).toMatchObject({ user: null, enrolment: step });
  expect(await ben.call('account.enrolment', {})).toEqual({ ...step, codes });
  expect(await ben.call('account.enter', {})).toEqual({ next: 'login' });
  expect(await ben.call('app.state', {})).toMatchObject({ user: null, last_user: 'ben', enrolment: null });
  await logIn(ben, 'ben');
});

test('an authenticator that an administrator resets, and the notice of it until it was read', async () => {
  const { reset_code } = await ann.call('people.reset-authenticator', {
    id: await idOf('ben'),
    code: code('ann'),
  });
  await ben.call('account.logout', {});
  const proof = { user: 'ben', password: PASSWORD, reset_code };
  const { otp_uri } = await ben.call('account.reset-authenticator', proof);
  expect((await ben.call('app.state', {})).enrolment).toMatchObject({ purpose: 'reset' });
  secrets['ben'] = otp_uri;
  await ben.call('account.confirm', { code: code('ben') });
  expect(await ben.call('account.enter', {})).toEqual({ next: 'login' });
  await logIn(ben, 'ben');
  const { notices } = await ben.call('app.state', {});
  expect(notices).toMatchObject([{ kind: 'authenticator_reset', by: 'ann' }]);
  await ben.call('account.dismiss-notices', {});
  expect((await ben.call('app.state', {})).notices).toEqual([]);
});

test('the audit log names files, filters, holds, and is taken along', async () => {
  // So many entries that the KMS signs where the log stands.
  const agent = await world.connect('ann-by-command');
  await agent.login.login('ann', { password: PASSWORD, code: code('ann') });
  const files = Array.from({ length: 1000 }, (_, index) => ({ name: `${index}`, size: 1 }));
  for (const { dek } of await wrapFreshKeys(agent.jobs, files)) dek.destroy();
  const { items } = await ann.call('activity.list', { file: 'plan.txt', operation: 'wrap' });
  expect(items).toMatchObject([{ actor: 'ann', file: 'plan.txt', decision: 'allowed' }]);
  // Also of what was not uploaded.
  const [newest] = (await ann.call('activity.list', { operation: 'wrap' })).items;
  expect(newest?.file).toMatch(/^\d{1,3}$/);
  const refused = await ann.call('activity.list', { actor: 'ben', decision: 'refused' });
  expect(refused.items[0]).toMatchObject({ code: 'ADMINISTRATOR_REQUIRED', file: null });
  // Of others a member reads nothing.
  expect((await ben.call('activity.list', { actor: 'ann' })).items).toEqual([]);
  expect(await ann.refusal('activity.list', { file: 'no such file' })).toBe('CLOUD_NOT_FOUND');
  const { entries, signed_up_to, signed_at } = await ann.call('activity.verify', {});
  expect(entries).toBeGreaterThan(1000);
  expect([signed_up_to, signed_at === null]).toEqual([entries, false]);
  const { id, name, folder } = await ann.call('activity.export', {});
  const lines = (await readFile(path.join(folder, name), 'utf8')).trim().split('\n');
  expect(lines.length).toBeGreaterThan(entries);
  expect(ann.app.output(id, 0)).toEqual({ path: path.join(folder, name), name });
  expect(ann.app.output(id, 1)).toBeUndefined();
});

test('who is disabled is out with their next call, and an invitation lets somebody else in', async () => {
  await ann.call('people.disable', { id: await idOf('ben') });
  expect(await ben.refusal('keys.list', {})).toBe('AUTHENTICATION_INVALID');
  expect(await ben.call('app.state', {})).toMatchObject({ user: null, role: null });
  await ann.call('people.enable', { id: await idOf('ben') });
  await logIn(ben, 'ben');
  const { id, invitation } = await ann.call('invitations.make', {});
  expect(await ann.call('invitations.list', {})).toMatchObject([{ id, by: 'ann' }]);
  const finn = await open('finn');
  await finn.call('place.here', {});
  const account = { user: 'finn', password: PASSWORD, invitation };
  secrets['finn'] = (await finn.call('account.register', account)).otp_uri;
  await finn.call('account.confirm', { code: code('finn') });
  expect(await finn.call('account.enter', {})).toEqual({ next: 'window' });
  expect(await ann.call('invitations.list', {})).toEqual([]);

  const gone = { password: PASSWORD, code: code('finn'), is_loss_accepted: false };
  await finn.call('account.delete', gone);
  expect(await finn.call('app.state', {})).toMatchObject({ user: null, last_user: null });
});
