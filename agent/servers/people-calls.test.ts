import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, STEP_SECONDS, totpCode } from '../../test/kms/start-test-kms.ts';
import { startTestWorld, type TestWorld, type WorldPerson } from '../../test/support/test-world.ts';

let world: TestWorld;
let ann: WorldPerson;
let bob: WorldPerson;

beforeAll(async () => {
  // As with servers elsewhere: each call is a message of a secure session.
  world = await startTestWorld({ kind: 'remote' });
  ann = await world.person('ann');
  bob = await world.person('bob');
});
afterAll(() => world.close());

const kmsOf = ({ agent }: WorldPerson) => agent.jobs.kms;
const bearerOf = async ({ agent }: WorldPerson) => (await agent.login.tokens()).access_token;

/** Every code is good once: the next step's. */
function code(otpUri: string): string {
  world.advance(STEP_SECONDS);
  return totpCode(otpUri, world.now());
}

async function bobsId(): Promise<string> {
  const users = await kmsOf(ann).users(await bearerOf(ann));
  return users.find(({ user }) => user === 'bob')?.id ?? '';
}

test('an administrator lists people, changes them, and invites', async () => {
  const bearer = await bearerOf(ann);
  const list = await kmsOf(ann).users(bearer);
  expect(list.map(({ user, role, state }) => [user, role, state])).toEqual([
    ['ann', 'administrator', 'active'],
    ['bob', 'member', 'active'],
  ]);
  const id = await bobsId();
  const promoted = { role: 'administrator', code: code(ann.otpUri) } as const;
  expect(await kmsOf(ann).changeRole(bearer, id, promoted)).toMatchObject({ role: 'administrator' });
  expect(await kmsOf(ann).changeUser(bearer, id, 'disable')).toMatchObject({ state: 'disabled' });
  await expect(bob.agent.jobs.kms.logins(await bearerOf(bob))).rejects.toMatchObject({
    code: 'AUTHENTICATION_INVALID',
  });
  expect(await kmsOf(ann).changeUser(bearer, id, 'enable')).toMatchObject({ state: 'active' });

  const { id: invitation } = await kmsOf(ann).invite(bearer, {});
  expect(await kmsOf(ann).invitations(bearer)).toMatchObject([{ id: invitation, by: 'ann' }]);
  await kmsOf(ann).withdrawInvitation(bearer, invitation);
  expect(await kmsOf(ann).invitations(bearer)).toEqual([]);
});

test('a lost authenticator is replaced, the login here is forgotten, and the next one tells', async () => {
  const { login } = bob.agent;
  const { reset_code } = await kmsOf(ann).handReset(await bearerOf(ann), await bobsId(), code(ann.otpUri));
  const begun = await login.beginReset('bob', { password: PASSWORD, reset_code });
  const codes = await login.confirmAuthenticator('bob', begun.enrolment_ticket, code(begun.otp_uri));
  expect(codes).toHaveLength(10);
  await expect(login.tokens()).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
  const notices = await login.login('bob', { password: PASSWORD, code: code(begun.otp_uri) });
  expect(notices).toMatchObject([{ kind: 'authenticator_reset', by: 'ann' }]);
  const bearer = await bearerOf(bob);
  const fresh = await kmsOf(bob).newRecoveryCodes(bearer, code(begun.otp_uri));
  expect(fresh.recovery_codes).not.toEqual(codes);
  const own = { password: PASSWORD, code: code(begun.otp_uri) };
  const again = await kmsOf(bob).beginAuthenticator(bearer, own);
  await login.confirmAuthenticator('bob', again.enrolment_ticket, code(again.otp_uri));
  await login.login('bob', { password: PASSWORD, code: code(again.otp_uri) });

  const second = await world.connect('bob again');
  await second.login.login('bob', { password: PASSWORD, code: code(again.otp_uri) });
  const logins = await kmsOf(bob).logins(await bearerOf(bob));
  expect(logins.map(({ device_name }) => typeof device_name)).toEqual(['string', 'string']);
  const other = logins.find(({ current }) => !current)?.id ?? '';
  await kmsOf(bob).endLogin(await bearerOf(bob), other);
  expect(await kmsOf(bob).endOtherLogins(await bearerOf(bob))).toEqual({ ended: 0 });

  const last = { password: PASSWORD, code: code(again.otp_uri), is_loss_accepted: true };
  await kmsOf(bob).deleteAccount(await bearerOf(bob), last);
  await expect(kmsOf(bob).logins(await bearerOf(bob))).rejects.toMatchObject({
    code: 'AUTHENTICATION_INVALID',
  });
});

test('an invitation lets somebody in', async () => {
  const { invitation } = await kmsOf(ann).invite(await bearerOf(ann), {});
  const agent = await world.connect('carl');
  const begun = await agent.login.register('carl', PASSWORD, invitation);
  const confirmed = await agent.login.confirm('carl', begun.enrolment_ticket, code(begun.otp_uri));
  expect(confirmed).toMatchObject({ isPending: false });
  expect(await agent.login.who()).toBe('carl');
});
