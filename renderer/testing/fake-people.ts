import type { Invitation, UserReply } from '../../shared/api/kms/administration.ts';
import type { Login } from '../../shared/api/kms/identity.ts';
import { ENROLMENT, RECOVERY_CODES } from './fake-enrolment.ts';
import { assertCode, type FakeParts, type Handlers, Refusal } from './world.ts';

const LATER = '2026-11-29T09:00:00.000Z';
const idOf = (letter: string) => letter.repeat(22);

function person(letter: string, user: string, part: Partial<UserReply> = {}): UserReply {
  return {
    id: idOf(letter),
    user,
    role: 'member',
    state: 'active',
    created_at: '2026-01-05T08:00:00.000Z',
    last_seen_at: '2026-11-21T17:30:00.000Z',
    logins: 1,
    ...part,
  };
}

export const PEOPLE: UserReply[] = [
  person('A', 'ana', { role: 'administrator', logins: 2 }),
  person('B', 'ben'),
  person('C', 'chris', { state: 'disabled', logins: 0 }),
  person('D', '陳怡君', { logins: 3 }),
  {
    ...{ id: idOf('E'), user: 'erin', role: 'member', state: 'pending' },
    created_at: '2026-11-22T08:55:00.000Z',
    logins: 0,
  },
  person('F', 'finn', { state: 'deleted', logins: 0 }),
];

export const INVITATIONS: Invitation[] = [
  { id: idOf('G'), by: 'ana', created_at: '2026-11-20T09:00:00.000Z', until: LATER },
];

export const LOGINS: Login[] = [
  {
    ...{ id: idOf('H'), device_name: 'anas-laptop', current: true },
    ...{ created_at: '2026-11-22T08:00:00.000Z', last_used_at: '2026-11-22T09:00:00.000Z' },
  },
  {
    ...{ id: idOf('I'), device_name: 'studio', current: false },
    ...{ created_at: '2026-10-02T08:00:00.000Z', last_used_at: '2026-11-19T19:12:00.000Z' },
  },
];

/** People for an administrator, and everybody's own account. */
export function fakePeople({ world, change, nextId }: FakeParts) {
  const put = (id: string, part: Partial<UserReply>) => {
    world.people = world.people.map((one) => (one.id === id ? { ...one, ...part } : one));
    return {};
  };
  const user = () => world.state.user ?? '';
  return {
    'people.list': () => {
      if (world.state.role !== 'administrator') throw new Refusal('ADMINISTRATOR_REQUIRED');
      return world.people;
    },
    'people.approve': ({ id }) => put(id, { state: 'active' }),
    'people.decline': ({ id }) => {
      world.people = world.people.filter((one) => one.id !== id);
      return {};
    },
    'people.disable': ({ id }) => put(id, { state: 'disabled', logins: 0 }),
    'people.enable': ({ id }) => put(id, { state: 'active' }),
    'people.change-role': ({ id, role, code }) => {
      assertCode(code);
      return put(id, { role });
    },
    'people.reset-authenticator': ({ code }) => {
      assertCode(code);
      return { reset_code: 'hq5c-mh2f-e7u4-wd3k', until: LATER };
    },
    'invitations.list': () => world.invitations,
    'invitations.make': ({ until = LATER }) => {
      const id = nextId();
      world.invitations.push({ id, by: user(), created_at: '2026-11-22T09:00:00.000Z', until });
      return { id, invitation: 'J0bqvXf2m3ZkqYv8sWcT1g', until };
    },
    'invitations.withdraw': ({ id }) => {
      world.invitations = world.invitations.filter((one) => one.id !== id);
      return {};
    },

    'account.reset-authenticator': (input) => {
      change({ enrolment: { user: input.user, step: 'authenticator', purpose: 'reset' } });
      return ENROLMENT;
    },
    'account.renew-authenticator': (input) => {
      if ('code' in input) assertCode(input.code, 'LOGIN_REFUSED');
      return ENROLMENT;
    },
    'account.new-recovery-codes': ({ code }) => {
      assertCode(code);
      return { recovery_codes: RECOVERY_CODES };
    },
    'account.change-password': ({ code }) => {
      assertCode(code, 'LOGIN_REFUSED');
      return {};
    },
    'account.delete': ({ code, is_loss_accepted }) => {
      if (!is_loss_accepted) throw new Refusal('ACCOUNT_NEEDED', { count: 7 });
      assertCode(code, 'LOGIN_REFUSED');
      change({ user: null, role: null, last_user: null });
      return {};
    },
    'account.dismiss-notices': () => {
      change({ notices: [] });
      return {};
    },
    'logins.list': () => world.logins,
    'logins.end': ({ id }) => {
      world.logins = world.logins.filter((login) => login.id !== id);
      return {};
    },
    'logins.end-others': () => {
      world.logins = world.logins.filter(({ current }) => current);
      return {};
    },
  } satisfies Partial<Handlers>;
}
