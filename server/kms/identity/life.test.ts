import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  enrol,
  PASSWORD,
  STEP_SECONDS,
  startTestKms,
  type TestKms,
  type TestPerson,
  totpCode,
  wrongTotpCode,
} from '../../../test/kms/start-test-kms.ts';

let kms: TestKms;
beforeAll(async () => {
  kms = await startTestKms();
});
afterAll(() => kms.close());

function login(person: TestPerson, step: number) {
  const code = totpCode(person.otpUri, kms.now(), step);
  return kms.post('/login', { user: person.user, password: PASSWORD, code });
}

test('a person registers, confirms, logs out and in again, and a code counts once', async () => {
  const person = await enrol(kms, 'anna');
  const {
    recovery_codes: recoveryCodes,
    refresh_token,
    access_token,
    token_type,
    expires_in,
  } = person.confirmed;
  expect(new Set(recoveryCodes).size).toBe(10);
  expect({ token_type, expires_in }).toEqual({ token_type: 'Bearer', expires_in: 600 });

  expect(await kms.post('/logout', { refresh_token })).toMatchObject({ status: 200, data: {} });
  expect(await kms.post('/logout', { refresh_token })).toMatchObject({ status: 200, data: {} });
  expect((await kms.post('/refresh', { refresh_token })).code).toBe('REFRESH_REFUSED');
  expect((await kms.call('GET', '/logins', { bearer: access_token })).code).toBe('AUTHENTICATION_INVALID');

  expect((await login(person, -1)).code).toBe('LOGIN_REFUSED');
  expect((await login(person, 0)).status).toBe(200);
  expect((await login(person, 0)).code).toBe('LOGIN_REFUSED');
  expect((await login(person, -1)).code).toBe('LOGIN_REFUSED');
  expect((await login(person, 1)).status).toBe(200);

  const withRecovery = {
    user: 'anna',
    password: PASSWORD,
    recovery_code: ` ${recoveryCodes[0]?.toUpperCase()} `,
  };
  const wrongPassword = { ...withRecovery, password: 'not the password' };
  expect((await kms.post('/login', wrongPassword)).code).toBe('LOGIN_REFUSED');
  expect((await kms.post('/login', withRecovery)).status).toBe(200);
  expect((await kms.post('/login', withRecovery)).code).toBe('LOGIN_REFUSED');
});

test('of two logins with one code at the same moment exactly one succeeds', async () => {
  const person = await enrol(kms, 'ben');
  for (const offer of [() => login(person, 0), () => login(person, 1)]) {
    const answers = await Promise.all([offer(), offer()]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401]);
  }
  const recovery = {
    user: 'ben',
    password: PASSWORD,
    recovery_code: person.confirmed.recovery_codes[0],
  };
  const answers = await Promise.all([kms.post('/login', recovery), kms.post('/login', recovery)]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401]);
});

test('names are compared as NFKC in lower case, and never given twice', async () => {
  const person = await enrol(kms, 'ＣＬＡＲＡ');
  expect(person.user).toBe('clara');
  const again = await kms.post('/register', { user: 'Clara', password: PASSWORD });
  expect(again).toMatchObject({ status: 409, code: 'USER_NAME_TAKEN' });
  const code = totpCode(person.otpUri, kms.now());
  expect((await kms.post('/login', { user: 'cLaRa', password: PASSWORD, code })).status).toBe(200);
  expect((await kms.post('/register', { user: 'clara x', password: PASSWORD })).code).toBe('REQUEST_INVALID');
  expect((await kms.post('/register', { user: 'short', password: '123456789' })).code).toBe(
    'REQUEST_INVALID',
  );
});

test('an enrolment keeps its name for 15 minutes, and no longer', async () => {
  const first = (await kms.post('/register', { user: 'dora', password: PASSWORD })).data;
  const confirmFirst = () =>
    kms.post('/register/confirm', {
      user: 'dora',
      enrolment_ticket: first['enrolment_ticket'],
      code: totpCode(String(first['otp_uri']), kms.now()),
    });
  kms.advance(15 * 60 - 1);
  const other = { user: 'dora', password: 'somebody else has this' };
  expect(await kms.post('/register', other)).toMatchObject({ status: 409, code: 'REGISTRATION_UNDER_WAY' });
  kms.advance(1);
  expect((await confirmFirst()).code).toBe('ENROLMENT_REFUSED');
  const second = await enrol(kms, 'dora');
  expect((await confirmFirst()).code).toBe('ENROLMENT_REFUSED');
  expect((await login(second, 0)).status).toBe(200);
  kms.advance(24 * 3600);
  expect((await kms.post('/register', { user: 'dora', password: PASSWORD })).code).toBe('USER_NAME_TAKEN');
});

test('one who is enrolling cannot log in, and five wrong codes drop the enrolment', async () => {
  const registered = (await kms.post('/register', { user: 'emil', password: PASSWORD })).data;
  const otpUri = String(registered['otp_uri']);
  const code = totpCode(otpUri, kms.now());
  expect((await kms.post('/login', { user: 'emil', password: PASSWORD, code })).code).toBe('LOGIN_REFUSED');

  const offer = (shown: string, ticket = registered['enrolment_ticket']) =>
    kms.post('/register/confirm', { user: 'emil', enrolment_ticket: ticket, code: shown });
  const strangers = 'A'.repeat(43);
  for (let count = 0; count < 6; count += 1) {
    expect((await offer(code, strangers)).code).toBe('ENROLMENT_REFUSED');
  }
  const wrong = wrongTotpCode(otpUri, kms.now());
  for (let count = 0; count < 5; count += 1) expect((await offer(wrong)).code).toBe('ENROLMENT_REFUSED');
  expect((await offer(code)).code).toBe('ENROLMENT_REFUSED');
  expect((await kms.post('/register', { user: 'emil', password: PASSWORD })).status).toBe(201);
});

test('two confirmations at the same moment make one person', async () => {
  const registered = (await kms.post('/register', { user: 'finn', password: PASSWORD })).data;
  const body = {
    user: 'finn',
    enrolment_ticket: registered['enrolment_ticket'],
    code: totpCode(String(registered['otp_uri']), kms.now()),
  };
  const answers = await Promise.all([
    kms.post('/register/confirm', body),
    kms.post('/register/confirm', body),
  ]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401]);
});

test('the picture of the secret is shown to its ticket only, until confirmed', async () => {
  const registered = (await kms.post('/register', { user: 'gül@home', password: PASSWORD })).data;
  const { origin, pathname, search } = new URL(String(registered['qr_code_link']));
  expect(origin).toBe(kms.config.url);
  const picture = (query: string, accept = '*/*') =>
    fetch(`${kms.address()}${pathname}${query}`, { headers: { accept, connection: 'close' } });

  const png = await picture(search);
  expect(png.headers.get('content-type')).toBe('image/png');
  expect(png.headers.get('cache-control')).toBe('no-store');
  expect(
    Buffer.from(await png.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  const svg = await picture(search, 'image/svg+xml');
  expect(svg.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
  expect(await svg.text()).toContain('<svg');

  expect((await picture(`?ticket=${'A'.repeat(43)}`)).status).toBe(401);
  expect((await picture('')).status).toBe(400);
  await kms.post('/register/confirm', {
    user: 'gül@home',
    enrolment_ticket: registered['enrolment_ticket'],
    code: totpCode(String(registered['otp_uri']), kms.now()),
  });
  expect((await picture(search)).status).toBe(401);
});

test('people see and end their own logins only, and an ended one is out at once', async () => {
  const person = await enrol(kms, 'hana');
  const stranger = await enrol(kms, 'ivan');
  const mine = person.confirmed.access_token;
  const other = (await login(person, 0)).data;

  const list = await kms.call('GET', '/logins', { bearer: mine });
  const logins = list.data as unknown as { id: string; current: boolean; created_at: string }[];
  expect(logins.map((one) => one.current).sort()).toEqual([false, true]);
  expect(logins[0]?.created_at).toBe(kms.now().toISOString());
  const id = logins.find((one) => !one.current)?.id;

  const foreign = await kms.call('DELETE', `/logins/${id}`, { bearer: stranger.confirmed.access_token });
  expect(foreign).toMatchObject({ status: 404, code: 'LOGIN_NOT_FOUND' });
  expect((await kms.call('DELETE', `/logins/${id}`, { bearer: mine })).status).toBe(200);
  expect((await kms.call('DELETE', `/logins/${id}`, { bearer: mine })).code).toBe('LOGIN_NOT_FOUND');
  const ended = await kms.call('GET', '/logins', { bearer: String(other['access_token']) });
  expect(ended.code).toBe('AUTHENTICATION_INVALID');
  expect((await kms.post('/refresh', { refresh_token: other['refresh_token'] })).code).toBe(
    'REFRESH_REFUSED',
  );
});

test('a new password ends the other logins and what refresh tokens there were', async () => {
  const person = await enrol(kms, 'jana');
  const { access_token: mine, refresh_token: old } = person.confirmed;
  const other = (await login(person, 0)).data;
  const change = { password: PASSWORD, new_password: 'another good password' };

  const used = { ...change, code: totpCode(person.otpUri, kms.now(), 0) };
  expect((await kms.post('/password', used, mine)).code).toBe('LOGIN_REFUSED');
  const body = { ...change, code: totpCode(person.otpUri, kms.now(), 1) };
  expect((await kms.post('/password', { ...body, password: 'wrong' }, mine)).code).toBe('LOGIN_REFUSED');
  const changed = await kms.post('/password', body, mine);
  expect(changed.status).toBe(200);

  const ended = await kms.call('GET', '/logins', { bearer: String(other['access_token']) });
  expect(ended.code).toBe('AUTHENTICATION_INVALID');
  const bearer = String(changed.data['access_token']);
  expect((await kms.call('GET', '/logins', { bearer })).data).toHaveLength(1);
  kms.advance(STEP_SECONDS);
  const code = totpCode(person.otpUri, kms.now(), 1);
  expect((await kms.post('/login', { user: 'jana', password: PASSWORD, code })).code).toBe('LOGIN_REFUSED');
  const fresh = { user: 'jana', password: 'another good password', code };
  expect((await kms.post('/login', fresh)).status).toBe(200);
  expect((await kms.post('/refresh', { refresh_token: changed.data['refresh_token'] })).status).toBe(200);
  expect((await kms.post('/refresh', { refresh_token: old })).code).toBe('REFRESH_REFUSED');
});
