import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { LAUNCH_SECRET_HEADER } from '../../../shared/api/common.ts';
import { userList } from '../../../shared/api/kms/administration.ts';
import { confirmed, type People, registerFrom, startPeople } from '../../../test/kms/people.ts';
import { PASSWORD, type TestKmsOptions } from '../../../test/kms/start-test-kms.ts';
import type { KmsSchema } from '../store/schema.ts';

/** What proxies add to what they pass on. */
const PROXIES: readonly Record<string, string>[] = [
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-real-ip': '127.0.0.1' },
  { via: '1.1 proxy' },
  { forwarded: 'for=127.0.0.1' },
  { 'cf-connecting-ip': '127.0.0.1' },
];

const started: People[] = [];
afterEach(async () => {
  for (const { kms } of started.splice(0)) await kms.close();
});

async function start(options?: TestKmsOptions): Promise<People> {
  const people = await startPeople(options);
  started.push(people);
  return people;
}

describe('the first person', () => {
  test('of two at once that register on this machine one becomes administrator', async () => {
    const { kms } = await start();
    const names = ['ann', 'bob'];
    const registered = await Promise.all(names.map((name) => registerFrom(kms, name, undefined, false)));
    const answers = await Promise.all(
      registered.map((answer, index) => confirmed(kms, names[index] ?? '', answer)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const asked = await Promise.all(
      answers.map(({ data }) => kms.call('GET', '/users', { bearer: String(data['access_token']) })),
    );
    expect(asked.map(({ status }) => status).sort()).toEqual([200, 403]);
    const list = userList.parse(asked.find(({ status }) => status === 200)?.data);
    expect(list.map(({ role }) => role).sort()).toEqual(['administrator', 'member']);
  });

  test('does not come past a proxy without the setup code, which is new at each start until then, rests as a hash and is good once', async () => {
    const { kms, join } = await start();
    const former = kms.setupCode() ?? '';
    // As after a start that failed before it could say its code.
    await kms.restart();
    const code = kms.setupCode() ?? '';
    expect(Buffer.from(code, 'base64url')).toHaveLength(16);
    expect((await kms.files()).includes(code)).toBe(false);
    expect((await kms.files()).includes(Buffer.from(code, 'base64url'))).toBe(false);

    const body = { user: 'ann', password: PASSWORD };
    for (const headers of PROXIES) {
      const refused = await kms.call('POST', '/register', { body, headers });
      expect(refused, JSON.stringify(headers)).toMatchObject({ status: 403, code: 'SETUP_REQUIRED' });
    }
    for (const wrong of [former, 'AAAAAAAAAAAAAAAAAAAAAA']) {
      expect((await registerFrom(kms, 'ann', wrong)).code).toBe('SETUP_CODE_REFUSED');
    }
    const ann = await confirmed(kms, 'ann', await registerFrom(kms, 'ann', code));
    const bearer = String(ann.data['access_token']);
    expect((await kms.call('GET', '/users', { bearer })).status).toBe(200);
    expect((await registerFrom(kms, 'bob', code)).code).toBe('INVITATION_REFUSED');
    await join('bob');
    await kms.restart();
    expect(kms.setupCode()).toBeUndefined();
  });

  test('is nobody who began while there were others, and confirms once those are gone', async () => {
    const { kms, join, code } = await start({ registration: 'open' });
    const ann = await join('ann');
    const begun = await registerFrom(kms, 'bob');
    const body = { password: PASSWORD, code: code(ann) };
    expect((await kms.call('DELETE', '/account', { body, bearer: ann.bearer })).status).toBe(200);
    expect(await confirmed(kms, 'bob', begun)).toMatchObject({ status: 403, code: 'SETUP_REQUIRED' });
  });

  test('does not come from this machine while proxies are trusted; inside an app there is no setup code', async () => {
    const { kms } = await start({ config: { trustedProxies: ['10.0.0.1'], launchSecret: 'secret' } });
    expect(kms.setupCode()).toBeUndefined();
    const headers = { [LAUNCH_SECRET_HEADER]: 'secret' };
    const body = { user: 'ann', password: PASSWORD };
    expect((await kms.call('POST', '/register', { body, headers })).code).toBe('SETUP_REQUIRED');
  });
});

describe('approval', () => {
  test('lets nobody but the first in before an administrator says yes, and says so to who shows the right secrets', async () => {
    const { kms, join, users, logIn, code } = await start({ registration: 'approval' });
    const ann = await join('ann');
    const registered = await registerFrom(kms, 'bob');
    const otpUri = String(registered.data['otp_uri']);
    const pending = await confirmed(kms, 'bob', registered);
    expect(pending).toMatchObject({ status: 200, data: { status: 'pending' } });
    expect(Object.keys(pending.data).sort()).toEqual(['recovery_codes', 'status']);
    const bob = { user: 'bob', otpUri };
    const wrong = { user: 'bob', password: 'not the password', code: code(bob) };
    expect((await kms.post('/login', wrong)).code).toBe('LOGIN_REFUSED');
    expect(await logIn(bob)).toMatchObject({ status: 403, code: 'ACCOUNT_PENDING' });
    const [recovery_code] = pending.data['recovery_codes'] as string[];
    const byRecovery = { user: 'bob', password: PASSWORD, recovery_code };
    expect((await kms.post('/login', byRecovery)).code).toBe('ACCOUNT_PENDING');
    expect((await kms.post('/login', byRecovery)).code).toBe('LOGIN_REFUSED');

    const found = (await users(ann))['bob'];
    expect(found).toMatchObject({ role: 'member', state: 'pending', logins: 0 });
    const approved = await kms.post(`/users/${found?.id}/approve`, {}, ann.bearer);
    expect(approved.data).toMatchObject({ user: 'bob', state: 'active' });
    expect((await kms.post(`/users/${found?.id}/approve`, {}, ann.bearer)).code).toBe('USER_STATE');
    expect((await logIn(bob)).status).toBe(200);

    // It is not asked of who was invited, unless the invitation went to somebody else meanwhile.
    const { data } = await kms.post('/invitations', {}, ann.bearer);
    const invitation = String(data['invitation']);
    const both = [
      await registerFrom(kms, 'dan', invitation),
      await registerFrom(kms, 'eve', invitation),
    ] as const;
    expect((await confirmed(kms, 'dan', both[0])).data).toHaveProperty('access_token');
    expect((await confirmed(kms, 'eve', both[1])).data).toHaveProperty('status', 'pending');
  });
});

describe('who waits', () => {
  test('may be declined: nothing of them is left, and the name is free', async () => {
    const { kms, join, users, logIn } = await start({ registration: 'approval' });
    const ann = await join('ann');
    const registered = await registerFrom(kms, 'bob');
    await confirmed(kms, 'bob', registered);
    const { id } = (await users(ann))['bob'] ?? {};
    const declined = await kms.post(`/users/${id}/decline`, {}, ann.bearer);
    expect(declined.data).toMatchObject({ id, user: 'bob', state: 'deleted' });
    expect((await kms.post(`/users/${id}/decline`, {}, ann.bearer)).code).toBe('USER_NOT_FOUND');
    expect((await kms.post(`/users/${ann.id}/decline`, {}, ann.bearer)).code).toBe('USER_STATE');
    expect((await logIn({ user: 'bob', otpUri: String(registered.data['otp_uri']) })).code).toBe(
      'LOGIN_REFUSED',
    );
    const database = openSqlite<KmsSchema>(kms.config.databaseFile);
    const owners = await database.selectFrom('keks').select('owner_id').execute();
    const versions = await database.selectFrom('kek_versions').select('kek_id').execute();
    const codes = await database.selectFrom('recovery_codes').select('user_id').distinct().execute();
    await database.destroy();
    expect([owners, versions.length, codes]).toEqual([[{ owner_id: ann.id }], 1, [{ user_id: ann.id }]]);
    expect((await confirmed(kms, 'bob', await registerFrom(kms, 'bob'))).status).toBe(200);
  });

  test('are 1,000 at the most, looked at when they register and when they confirm; an invitation goes past that', async () => {
    const { kms, join } = await start({ registration: 'approval' });
    const ann = await join('ann');
    const both = [await registerFrom(kms, 'bob'), await registerFrom(kms, 'eve')] as const;
    const database = openSqlite<KmsSchema>(kms.config.databaseFile);
    await sql`INSERT INTO users (id, name, state, password_hash, totp_secret, totp_last_step, created_at)
      SELECT 'waiting' || value, 'waiting' || value, 'pending', '', x'', 0, 0
      FROM (WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < 999)
        SELECT value FROM numbers)`.execute(database);
    await database.destroy();
    expect((await confirmed(kms, 'bob', both[0])).data).toHaveProperty('status', 'pending');
    expect(await confirmed(kms, 'eve', both[1])).toMatchObject({ status: 403, code: 'REGISTRATION_CLOSED' });
    expect((await registerFrom(kms, 'eve')).code).toBe('REGISTRATION_CLOSED');
    const { invitation } = (await kms.post('/invitations', {}, ann.bearer)).data;
    expect((await registerFrom(kms, 'eve', String(invitation))).status).toBe(201);
  });
});

describe('invite', () => {
  test('takes the first, then nobody without a good invitation, whether the name is taken or not', async () => {
    const { kms, join } = await start({ registration: 'invite' });
    const ann = await join('ann');
    const invite = async (body: object = {}) => (await kms.post('/invitations', body, ann.bearer)).data;
    for (const user of ['ann', 'bob']) {
      expect(await registerFrom(kms, user)).toMatchObject({ status: 403, code: 'REGISTRATION_CLOSED' });
      expect(await registerFrom(kms, user, 'x')).toMatchObject({ status: 403, code: 'INVITATION_REFUSED' });
    }
    const first = await invite();
    expect(Buffer.from(String(first['invitation']), 'base64url')).toHaveLength(16);
    expect((await kms.files()).includes(String(first['invitation']))).toBe(false);
    const bob = await registerFrom(kms, 'bob', String(first['invitation']));
    const eve = await registerFrom(kms, 'eve', String(first['invitation']));
    expect((await confirmed(kms, 'bob', bob)).status).toBe(200);
    expect(await confirmed(kms, 'eve', eve)).toMatchObject({ status: 403, code: 'INVITATION_REFUSED' });
    // What was begun is gone: the name is free for who is invited.
    expect((await registerFrom(kms, 'eve', String((await invite())['invitation']))).status).toBe(201);
    expect((await registerFrom(kms, 'dan', String(first['invitation']))).code).toBe('INVITATION_REFUSED');

    const withdrawn = await invite();
    const dan = await registerFrom(kms, 'dan', String(withdrawn['invitation']));
    const path = `/invitations/${String(withdrawn['id'])}`;
    expect((await kms.call('DELETE', path, { bearer: ann.bearer })).status).toBe(200);
    expect((await kms.call('DELETE', path, { bearer: ann.bearer })).code).toBe('INVITATION_NOT_FOUND');
    expect((await confirmed(kms, 'dan', dan)).code).toBe('INVITATION_REFUSED');
  });

  test('an invitation is good for 7 days, or until another time of the next 30; the upkeep forgets what has run out', async () => {
    const { kms, join, enter, users } = await start({ registration: 'invite' });
    const ann = await join('ann');
    const at = (days: number) => new Date(kms.now().getTime() + days * 86_400_000).toISOString();
    const invite = (until?: string) => kms.post('/invitations', until ? { until } : {}, ann.bearer);
    expect((await invite(at(31))).code).toBe('REQUEST_INVALID');
    expect((await invite(at(0))).code).toBe('REQUEST_INVALID');
    const [week, month] = [await invite(), await invite(at(30))];
    expect([week.data['until'], month.data['until']]).toEqual([at(7), at(30)]);
    kms.advance(7 * 86_400);
    await enter(ann);
    const listed = await kms.call('GET', '/invitations', { bearer: ann.bearer });
    expect(listed.data).toMatchObject([{ id: month.data['id'], by: 'ann', until: month.data['until'] }]);
    expect(listed.text).not.toContain(String(month.data['invitation']));
    expect((await registerFrom(kms, 'bob', String(week.data['invitation']))).code).toBe('INVITATION_REFUSED');
    expect((await registerFrom(kms, 'bob', String(month.data['invitation']))).status).toBe(201);

    kms.advance(600);
    await kms.post('/refresh', { refresh_token: ann.refreshToken }).then(({ data }) => {
      ann.bearer = String(data['access_token']);
    });
    kms.advance(299);
    await kms.runUpkeep();
    expect(Object.keys(await users(ann))).toEqual(['ann', 'bob']);
    kms.advance(1);
    await kms.runUpkeep();
    expect(Object.keys(await users(ann))).toEqual(['ann']);
    const kept = await kms.call('GET', '/invitations', { bearer: ann.bearer });
    expect(kept.data).toMatchObject([{ id: month.data['id'] }]);
  });
});
