import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import type { Schedule } from '../../../core/schedule.ts';
import { registerFrom } from '../../../test/kms/people.ts';
import { enrol, startTestKms, type TestKms, wrongTotpCode } from '../../../test/kms/start-test-kms.ts';
import type { KmsSchema } from '../store/schema.ts';
import { createRefusalCounter, type RefusalCounter } from './count-refusals.ts';

/** Runs what was put off when a test says so. */
function handSchedule() {
  const waiting: { ms: number; work: () => void }[] = [];
  const schedule: Schedule = (ms, work) => {
    const one = { ms, work };
    waiting.push(one);
    return () => void waiting.splice(waiting.indexOf(one), 1);
  };
  return {
    schedule,
    runAfter: (ms: number) => waiting.filter((one) => one.ms === ms).map(({ work }) => work()),
  };
}

describe('refusals of nobody in particular', () => {
  let kms: TestKms;
  const { schedule, runAfter } = handSchedule();
  beforeEach(async () => {
    kms = await startTestKms({ schedule, registration: 'invite' });
  });
  afterEach(() => kms.close());

  const entries = async () => {
    const database = openSqlite<KmsSchema>(kms.config.databaseFile);
    const rows = await database
      .selectFrom('audit')
      .select(['operation', 'actor', 'code', 'count', 'address'])
      .execute();
    await database.destroy();
    return rows;
  };

  test('are one entry with their number, after a minute and at the end', async () => {
    const tokens = { authentication: 'a.b.c', authorization: 'a.b.c' };
    const refused: readonly [string, string, unknown][] = [
      ['POST', '/wrap', { ...tokens, key: 'AAAA' }],
      ['POST', '/unwrap', { ...tokens, wrapped_key: 'AAAA' }],
      ['POST', '/digest', { authorization: 'a.b.c', wrapped_key: 'AAAA' }],
      ['POST', '/keys/generate', {}],
      ['GET', '/keys', undefined],
      ['GET', '/audit', undefined],
      ['GET', '/logins', undefined],
      ['GET', '/users', undefined],
      ['POST', '/refresh', { refresh_token: 'A'.repeat(43) }],
      ['POST', '/register/confirm', { user: 'ann', enrolment_ticket: 'A'.repeat(43), code: '000000' }],
    ];
    for (const [method, where, body] of refused) {
      const { status } = await kms.call(method, where, { body });
      expect([where, status]).toEqual([where, 401]);
    }
    expect(await entries()).toEqual([]);
    runAfter(60_000);
    await expect.poll(entries).toEqual([
      {
        operation: 'unknown-caller',
        actor: '',
        code: 'AUTHENTICATION_INVALID',
        count: refused.length,
        address: '127.0.0.1',
      },
    ]);
    await kms.post('/wrap', { ...tokens, key: 'AAAA' });
    await kms.restart();
    expect((await entries()).map(({ count }) => count)).toEqual([refused.length, 1]);
  });

  test('of somebody whose login has ended, by their name; at the key service they are entries of their own', async () => {
    const ann = await enrol(kms, 'ann');
    const { access_token: authentication, refresh_token } = ann.confirmed;
    await kms.post('/logout', { refresh_token });
    const before = (await entries()).length;
    await kms.call('GET', '/keys', { bearer: authentication });
    await kms.call('GET', '/logins', { bearer: authentication });
    await kms.call('GET', '/logins', { bearer: 'a.b.c' });
    await kms.post('/unwrap', { authentication, authorization: 'a.b.c', wrapped_key: 'AAAA', reason: '' });
    await kms.restart();
    const shown = (await entries()).slice(before);
    expect(shown.map(({ operation, actor, count }) => [operation, actor, count])).toEqual([
      ['unwrap', 'ann', null],
      ['unknown-caller', 'ann', 2],
      ['unknown-caller', '', 1],
    ]);
  });

  test('of a refresh token whose login has ended, by their name; the one that ends a login is an entry', async () => {
    const { refresh_token } = (await enrol(kms, 'ann')).confirmed;
    const offer = async () => (await kms.post('/refresh', { refresh_token })).code;
    expect(await offer()).toBeUndefined();
    kms.advance(31);
    const before = (await entries()).length;
    for (let times = 0; times < 4; times += 1) expect(await offer()).toBe('REFRESH_REFUSED');
    await kms.restart();
    const shown = (await entries()).slice(before);
    expect(shown.map(({ operation, actor, code, count }) => [operation, actor, code, count])).toEqual([
      ['refresh', 'ann', 'REFRESH_REFUSED', null],
      ['unknown-caller', 'ann', 'AUTHENTICATION_INVALID', 3],
    ]);
  });

  test('of a wrong first code are entries of whoever begins, and of a wrong ticket nobody’s', async () => {
    const { data } = await registerFrom(kms, 'ann', kms.setupCode());
    const before = (await entries()).length;
    const confirm = (enrolment_ticket: unknown) =>
      kms.post('/register/confirm', {
        ...{ user: 'ann', enrolment_ticket },
        code: wrongTotpCode(String(data['otp_uri']), kms.now()),
      });
    await confirm(data['enrolment_ticket']);
    await confirm('A'.repeat(43));
    await kms.restart();
    const shown = (await entries()).slice(before);
    expect(shown.map(({ operation, actor, code }) => [operation, actor, code])).toEqual([
      ['confirm', 'ann', 'ENROLMENT_REFUSED'],
      ['unknown-caller', '', 'AUTHENTICATION_INVALID'],
    ]);
  });

  test('whoever showed a token, or is a name that was guessed at, has an entry', async () => {
    const ann = await enrol(kms, 'ann');
    const before = (await entries()).length;
    const authentication = ann.confirmed.access_token;
    await kms.post('/wrap', { authentication, authorization: 'a.b.c', key: 'AAAA' });
    await kms.post('/login', { user: 'ann', password: 'not the right one', code: '000000' });
    expect((await entries()).slice(before).map(({ operation, code }) => [operation, code])).toEqual([
      ['wrap', 'AUTHORIZATION_INVALID'],
      ['login', 'LOGIN_REFUSED'],
    ]);
  });

  test.each([
    ['/login', { code: '000000' }],
    ['/authenticator/reset', { reset_code: 'aaaa-aaaa-aaaa-aaaa' }],
  ])('of %s that has to wait, too: a crowd that guesses does not fill the disk', async (where, code) => {
    const guess = () => kms.post(where, { user: 'ann', password: 'not the right one', ...code });
    for (let failures = 0; failures < 6; failures += 1) await guess();
    const before = (await entries()).length;
    expect((await guess()).code).toBe('LOGIN_THROTTLED');
    expect(await entries()).toHaveLength(before);
  });

  test('of whoever may not register: no invitation, a wrong one, nobody there yet', async () => {
    const asked = async (invitation?: string) => (await registerFrom(kms, 'bob', invitation)).code;
    expect(await asked()).toBe('SETUP_REQUIRED');
    expect(await asked('wrong')).toBe('SETUP_CODE_REFUSED');
    await enrol(kms, 'ann');
    const before = (await entries()).length;
    expect(await asked()).toBe('REGISTRATION_CLOSED');
    await kms.restart();
    const counted = { operation: 'unknown-caller', code: 'AUTHENTICATION_INVALID', count: 3 };
    expect((await entries()).slice(before)).toMatchObject([counted]);
    expect(before).toBe(2);
  });
});

describe('the counter', () => {
  const addressOf = (index: number) => ({ requestId: '', address: `address ${index}` });

  function counting(fails: { now: boolean }): { counter: RefusalCounter; kept: Map<string, number> } {
    const kept = new Map<string, number>();
    const counter = createRefusalCounter(async (entries) => {
      if (fails.now) throw new Error('no room');
      for (const { call, count } of entries) kept.set(call.address, count);
    });
    return { counter, kept };
  }

  test('knows a thousand callers at a time, and counts the rest together', async () => {
    const { counter, kept } = counting({ now: false });
    for (let index = 0; index < 1500; index += 1) counter.count(addressOf(index));
    counter.count(addressOf(3));
    await counter.keep();
    expect(kept.size).toBe(1001);
    expect(kept.get('address 3')).toBe(2);
    expect(kept.get('others')).toBe(500);
  });

  test('keeps with the next what could not be kept', async () => {
    const fails = { now: true };
    const { counter, kept } = counting(fails);
    counter.count(addressOf(1));
    await expect(counter.keep()).rejects.toThrow('no room');
    counter.count(addressOf(1));
    fails.now = false;
    await counter.keep();
    expect([...kept]).toEqual([['address 1', 2]]);
  });
});
