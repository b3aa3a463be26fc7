import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { kaclsCode, type Member, type People, registerFrom, startPeople } from '../../../test/kms/people.ts';
import { PASSWORD, totpCode, wrongTotpCode } from '../../../test/kms/start-test-kms.ts';
import type { KmsSchema } from '../store/schema.ts';

let people: People;
let ann: Member;
let bob: Member;
let eve: Member;

beforeAll(async () => {
  people = await startPeople();
  ann = await people.join('ann');
  bob = await people.join('bob');
  eve = await people.join('eve');
});
afterAll(() => people.kms.close());

const act = (id: string, what: string, body: object = {}) =>
  people.kms.post(`/users/${id}/${what}`, body, ann.bearer);

async function audited(): Promise<string[]> {
  const database = openSqlite<KmsSchema>(people.kms.config.databaseFile);
  const rows = await database.selectFrom('audit').selectAll().orderBy('seq').execute();
  await database.destroy();
  return rows.map((row) => [row.actor, row.operation, row.reason, row.code ?? 'allowed'].join(' | '));
}

test('the list says of everybody who they are, when they were seen and how many logins they have', async () => {
  const first = people.kms.now().toISOString();
  await people.enter(bob);
  const list = await people.users(ann);
  expect(Object.keys(list)).toEqual(['ann', 'bob', 'eve']);
  expect(list['ann']).toMatchObject({ id: ann.id, role: 'administrator', state: 'active', logins: 1 });
  expect(list['bob']).toEqual({
    ...{ id: bob.id, user: 'bob', role: 'member', state: 'active', logins: 2 },
    ...{ created_at: first, last_seen_at: people.kms.now().toISOString() },
  });
});

test('who is disabled has no login from that moment on; what they granted stays granted, what others granted them does not open', async () => {
  const [bobs, eves] = [await people.sealed(bob), await people.sealed(eve)];
  await people.grant(bob, bobs.name, eve);
  await people.grant(eve, eves.name, bob);
  expect((await people.unwrap(bob, eves.name, eves.wrapped)).status).toBe(200);
  const { otpUri, refreshToken } = bob;

  expect((await act(bob.id, 'disable')).data).toMatchObject({ user: 'bob', state: 'disabled', logins: 0 });
  for (const file of [bobs, eves]) {
    const refused = await people.unwrap(bob, file.name, file.wrapped);
    expect(kaclsCode(refused)).toBe('AUTHENTICATION_INVALID');
  }
  expect((await people.kms.call('GET', '/logins', { bearer: bob.bearer })).code).toBe(
    'AUTHENTICATION_INVALID',
  );
  expect((await people.kms.post('/refresh', { refresh_token: refreshToken })).code).toBe('REFRESH_REFUSED');
  expect((await people.logIn(bob)).code).toBe('ACCOUNT_DISABLED');
  const wrong = { user: 'bob', password: 'not the password', code: totpCode(otpUri, people.kms.now(), 1) };
  expect((await people.kms.post('/login', wrong)).code).toBe('LOGIN_REFUSED');
  expect((await people.unwrap(eve, bobs.name, bobs.wrapped)).status).toBe(200);
  expect((await people.grant(eve, people.newResource(eve), bob)).code).toBe('GRANT_USER_UNKNOWN');

  expect((await act(bob.id, 'enable')).data).toMatchObject({ state: 'active' });
  expect((await people.kms.post('/refresh', { refresh_token: refreshToken })).code).toBe('REFRESH_REFUSED');
  expect((await people.enter(bob)).status).toBe(200);
  expect((await people.unwrap(bob, eves.name, eves.wrapped)).status).toBe(200);
});

test('a state that does not allow it is refused, and so is who is not there', async () => {
  for (const what of ['approve', 'enable']) {
    expect(await act(bob.id, what)).toMatchObject({ status: 409, code: 'USER_STATE' });
  }
  expect((await act('A'.repeat(22), 'disable')).code).toBe('USER_NOT_FOUND');
  expect((await act('nobody', 'disable')).code).toBe('REQUEST_INVALID');
});

test('roles change by a fresh code; the last active administrator stays one', async () => {
  const promote = (code: string) => act(bob.id, 'role', { role: 'administrator', code });
  expect((await promote(wrongTotpCode(ann.otpUri, people.kms.now()))).code).toBe('CODE_REFUSED');
  const demoted = { role: 'member', code: people.code(ann) };
  expect((await act(ann.id, 'role', demoted)).code).toBe('ADMINISTRATOR_LAST');
  expect((await act(ann.id, 'disable')).code).toBe('ADMINISTRATOR_LAST');
  // The refusal used up no code.
  expect((await promote(demoted.code)).data).toMatchObject({ user: 'bob', role: 'administrator' });
  expect((await promote(demoted.code)).code).toBe('CODE_REFUSED');

  expect((await act(bob.id, 'disable')).status).toBe(200);
  expect((await act(ann.id, 'role', { role: 'member', code: people.code(ann) })).code).toBe(
    'ADMINISTRATOR_LAST',
  );
  expect((await act(bob.id, 'enable')).status).toBe(200);
  await people.enter(bob);
  const codes = [people.code(ann), people.code(bob)];
  const [first, second] = await Promise.all([
    act(bob.id, 'role', { role: 'member', code: totpCode(ann.otpUri, people.kms.now()) }),
    people.kms.post(`/users/${ann.id}/role`, { role: 'member', code: codes[1] }, bob.bearer),
  ]);
  // The other is no administrator any more, or would leave none.
  expect([first, second].filter(({ status }) => status === 200)).toHaveLength(1);
  const [left] = Object.values(await people.users(first.status === 200 ? ann : bob)).filter(
    ({ role }) => role === 'administrator',
  );
  expect(left?.user).toBe(first.status === 200 ? 'ann' : 'bob');
  if (left?.user === 'bob') {
    await people.kms.post(
      `/users/${ann.id}/role`,
      { role: 'administrator', code: people.code(bob) },
      bob.bearer,
    );
    await act(bob.id, 'role', { role: 'member', code: people.code(ann) });
  }
});

test('a lost authenticator is replaced by password and the code of an administrator, and the person is told', async () => {
  await people.enter(ann);
  await people.enter(eve);
  const reset = () => act(eve.id, 'reset-authenticator', { code: people.code(ann) });
  expect((await act(eve.id, 'reset-authenticator', { code: '000000' })).code).toBe('CODE_REFUSED');
  const former = await reset();
  const handed = await reset();
  const at = people.kms.now().toISOString();
  const reset_code = String(handed.data['reset_code']);
  expect(reset_code).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
  expect((await people.kms.files()).includes(reset_code)).toBe(false);

  const right = { user: 'eve', password: PASSWORD, reset_code };
  for (const wrong of [
    { ...right, user: 'nobody' },
    { ...right, password: 'not the password' },
    { ...right, reset_code: former.data['reset_code'] },
    { ...right, user: 'bob' },
  ]) {
    const refused = await people.kms.post('/authenticator/reset', wrong);
    expect(refused).toMatchObject({ status: 401, code: 'LOGIN_REFUSED' });
  }
  const begun = await people.kms.post('/authenticator/reset', right);
  expect(Object.keys(begun.data).sort()).toEqual(['enrolment_ticket', 'otp_uri', 'qr_code_link']);
  expect((await people.kms.post('/authenticator/reset', right)).code).toBe('LOGIN_REFUSED');

  // The old authenticator works until then, and its login is told already.
  const notices = [
    { kind: 'authenticator_reset', at: expect.any(String), by: 'ann' },
    { kind: 'authenticator_reset', at, by: 'ann' },
  ];
  expect((await people.enter(eve)).data['notices']).toEqual(notices);
  const newUri = String(begun.data['otp_uri']);
  const confirm = (code: string, enrolment_ticket = begun.data['enrolment_ticket']) =>
    people.kms.post('/authenticator/confirm', { user: 'eve', enrolment_ticket, code });
  expect((await confirm(wrongTotpCode(newUri, people.kms.now()))).code).toBe('ENROLMENT_REFUSED');
  expect((await confirm(totpCode(newUri, people.kms.now()), 'A'.repeat(43))).code).toBe('ENROLMENT_REFUSED');
  const confirmed = await confirm(totpCode(newUri, people.kms.now()));
  expect(confirmed.data['recovery_codes']).toHaveLength(10);
  expect((await confirm(totpCode(newUri, people.kms.now()))).code).toBe('ENROLMENT_REFUSED');

  expect((await people.kms.call('GET', '/logins', { bearer: eve.bearer })).code).toBe(
    'AUTHENTICATION_INVALID',
  );
  expect((await people.logIn(eve)).code).toBe('LOGIN_REFUSED');
  const oldCode = { user: 'eve', password: PASSWORD, recovery_code: eve.recoveryCodes[0] };
  expect((await people.kms.post('/login', oldCode)).code).toBe('LOGIN_REFUSED');
  eve.otpUri = newUri;
  // No login that was told has gone on: the next one is told as well, until one does.
  expect((await people.enter(eve)).data['notices']).toEqual(notices);
  expect((await people.enter(eve)).data['notices']).toEqual(notices);
  expect((await people.kms.post('/refresh', { refresh_token: eve.refreshToken })).status).toBe(200);
  expect((await people.enter(eve)).data).not.toHaveProperty('notices');
});

test('a reset code is good for 24 hours and for who is active', async () => {
  const hand = async () => {
    await people.enter(ann);
    const answer = await act(eve.id, 'reset-authenticator', { code: people.code(ann) });
    return { user: 'eve', password: PASSWORD, reset_code: answer.data['reset_code'] };
  };
  const late = await hand();
  people.kms.advance(86_400);
  expect((await people.kms.post('/authenticator/reset', late)).code).toBe('LOGIN_REFUSED');
  const early = await hand();
  people.kms.advance(86_399);
  expect((await people.kms.post('/authenticator/reset', early)).status).toBe(200);
  await people.enter(ann);
  const disabled = await hand();
  await act(eve.id, 'disable');
  expect((await people.kms.post('/authenticator/reset', disabled)).code).toBe('LOGIN_REFUSED');
  expect((await act(eve.id, 'reset-authenticator', { code: people.code(ann) })).code).toBe('USER_STATE');
  await act(eve.id, 'enable');
});

test('who is disabled, or a member again, leaves nothing behind by which somebody gets in', async () => {
  const fay = await people.join('fay');
  await people.enter(ann);
  const role = (name: string) => act(fay.id, 'role', { role: name, code: people.code(ann) });
  const invite = async (by: Member) =>
    String((await people.kms.post('/invitations', {}, by.bearer)).data['invitation']);
  const registered = async (invitation: string) =>
    (await registerFrom(people.kms, 'gil', invitation)).code ?? 'allowed';
  await role('administrator');
  const ofDemoted = await invite(fay);
  await role('member');
  expect(await registered(ofDemoted)).toBe('INVITATION_REFUSED');

  await role('administrator');
  const [ofDisabled, anns] = [await invite(fay), await invite(ann)];
  const credentials = { password: PASSWORD, code: people.code(fay) };
  const begun = (await people.kms.post('/authenticator', credentials, fay.bearer)).data;
  const handed = await act(fay.id, 'reset-authenticator', { code: people.code(ann) });
  await act(fay.id, 'disable');
  await act(fay.id, 'enable');
  expect(await registered(ofDisabled)).toBe('INVITATION_REFUSED');
  const { otp_uri, enrolment_ticket } = begun;
  const code = totpCode(String(otp_uri), people.kms.now());
  expect(
    (await people.kms.post('/authenticator/confirm', { user: 'fay', enrolment_ticket, code })).code,
  ).toBe('ENROLMENT_REFUSED');
  const { reset_code } = handed.data;
  expect(
    (await people.kms.post('/authenticator/reset', { user: 'fay', password: PASSWORD, reset_code })).code,
  ).toBe('LOGIN_REFUSED');
  expect(await registered(anns)).toBe('allowed');
});

test('wrong reset codes are throttled like logins', async () => {
  const wrong = { user: 'eve', password: PASSWORD, reset_code: 'aaaa-aaaa-aaaa-aaaa' };
  const codes: (string | undefined)[] = [];
  for (let count = 0; count < 8; count += 1)
    codes.push((await people.kms.post('/authenticator/reset', wrong)).code);
  expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'LOGIN_REFUSED'));
  expect(codes.at(-1)).toBe('LOGIN_THROTTLED');
  people.kms.advance(3600);
});

test('all of it stands in the audit log, refusals too', async () => {
  await people.enter(bob);
  expect((await people.kms.post(`/users/${ann.id}/disable`, {}, bob.bearer)).code).toBe(
    'ADMINISTRATOR_REQUIRED',
  );
  expect(await audited()).toEqual(
    expect.arrayContaining([
      'ann | confirm | administrator | allowed',
      'ann | disable-user | bob | allowed',
      'ann | enable-user | bob | allowed',
      'ann | approve-user |  | USER_STATE',
      'ann | change-role | bob: administrator | allowed',
      'ann | change-role | bob: administrator | CODE_REFUSED',
      'ann | change-role |  | ADMINISTRATOR_LAST',
      'ann | reset-authenticator | eve | allowed',
      'ann | reset-authenticator | eve | CODE_REFUSED',
      'eve | begin-reset-authenticator |  | allowed',
      'eve | begin-reset-authenticator |  | LOGIN_REFUSED',
      'eve | confirm-authenticator |  | allowed',
      'bob | administer | POST /users/:id/disable | ADMINISTRATOR_REQUIRED',
    ]),
  );
});
