import { expect, test } from 'vitest';
import type { Agent } from '../../agent.ts';
import { createAccount } from './account.ts';

const REGISTERED = {
  user: 'erin',
  otp_uri: 'otpauth://totp/Sealkeep:erin?secret=JBSWY3DPEHPK3PXP&issuer=Sealkeep',
  enrolment_ticket: 'ticket',
};

/** An account whose server answers when the test says so. */
function createAccountAtPlace() {
  const answer = Promise.withResolvers<void>();
  const login = {
    register: () => answer.promise.then(() => REGISTERED),
    confirm: async () => ({ recoveryCodes: ['code'], isPending: true }),
    login: () => answer.promise,
    role: async () => 'member' as const,
  };
  const told: unknown[] = [];
  const account = createAccount({
    agent: async () => ({ login }) as unknown as Agent,
    learnLastUser: async () => undefined,
    changed: () => void told.push(account.user()),
    report: (error) => expect.fail(String(error)),
  });
  return { account, told, answers: answer.resolve };
}

test('a login that is answered after its place was left logs in nobody', async () => {
  const { account, told, answers } = createAccountAtPlace();
  const login = account.logIn('erin', { password: 'p', code: '123456' });
  account.leave();
  answers();
  await expect(login).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
  expect([account.user(), told]).toEqual([null, []]);
});

test('so does a registration; one of the place itself goes on', async () => {
  const { account, answers } = createAccountAtPlace();
  const early = account.register('erin', 'p');
  account.leave();
  answers();
  await expect(early).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
  expect(account.enrolment()).toBeNull();

  await account.register('erin', 'p');
  expect(account.enrolment()).toEqual({
    user: 'erin',
    step: 'authenticator',
    purpose: 'register',
  });
  const confirmed = account.confirm('123456');
  account.leave();
  await expect(confirmed).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
  expect(account.enrolment()).toBeNull();
});

test('who has to be approved gets the recovery codes, and then is told and nobody is logged in', async () => {
  const { account, told, answers } = createAccountAtPlace();
  answers();
  await account.register('erin', 'p');
  expect(await account.confirm('123456')).toEqual(['code']);
  expect(account.enrolment()).toMatchObject({ user: 'erin', step: 'recovery' });
  expect(await account.enter()).toBe('approval');
  expect([account.enrolment(), account.user(), new Set(told)]).toEqual([null, null, new Set([null])]);
});
