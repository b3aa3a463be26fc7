import type { z } from 'zod';
import type {
  AuthenticatorReply,
  AuthenticatorRequest,
  deleteAccountRequest,
  Notice,
} from '../../../shared/api/kms/identity.ts';
import type { BridgeOutput } from '../../../shared/bridge/calls.ts';
import type { AppState } from '../../../shared/bridge/state.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../../../shared/errors/error.ts';
import type { Agent } from '../../agent.ts';
import type { JobParts } from '../../jobs/parts.ts';
import type { Login, LoginSecrets } from '../../login/login.ts';
import type { AccountState, Enrolment } from './account-state.ts';
import { enrolmentPicture, secretOf } from './enrolment-picture.ts';

/** A login that the KMS answers so is over, whatever was asked. No answer of the cloud ends one. */
const ENDED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'REFRESH_REFUSED',
  'AUTHENTICATION_INVALID',
  'LOGIN_ENDED',
  'NOT_LOGGED_IN',
]);

export interface AccountParts {
  /** @throws SealkeepError SERVER_* */
  agent(): Promise<Agent>;
  /** Told where another person may have become the last one. */
  learnLastUser(): Promise<void>;
  changed(): void;
  report(error: unknown): void;
}

/** Who is logged in, and what works for them as long as their turn lasts. */
export interface LoggedIn {
  readonly user: string;
  readonly parts: JobParts;
  /** The audit log of the KMS, as it was seen from here. */
  readonly log: Agent['log'];
}

export type Account = ReturnType<typeof createAccount>;

export function createAccount({ agent, learnLastUser, changed, report }: AccountParts) {
  let state: AccountState = { kind: 'out' };
  /** Changes with the place: what was asked of the servers of a former one is answered too late. */
  let place = {};

  function become(next: AccountState): void {
    state = next;
    changed();
  }

  /**
   * What becomes of the account by what takes a while.
   * @throws SealkeepError NOT_LOGGED_IN where another place was chosen meanwhile; nothing becomes of it then.
   */
  async function atPlace<T>(ask: () => Promise<T>, next: (answer: T) => AccountState): Promise<T> {
    const asked = place;
    const answer = await ask();
    await learnLastUser();
    if (asked !== place) throw new SealkeepError('NOT_LOGGED_IN');
    become(next(answer));
    return answer;
  }

  /** Shows another authenticator; the ticket stays here. */
  async function shown({ otp_uri, enrolment_ticket: ticket }: AuthenticatorReply): Promise<Enrolment> {
    const enrolment = { otp_uri, secret: secretOf(otp_uri), qr_svg: await enrolmentPicture(otp_uri) };
    return { ticket, enrolment };
  }

  async function arrived(login: Login, user: string, notices: readonly Notice[]): Promise<AccountState> {
    return { kind: 'in', user, person: { role: await login.role(), notices } };
  }

  /** @throws SealkeepError REQUEST_INVALID */
  function assertNobodyIsIn(): void {
    if (state.kind === 'in') throw new SealkeepError('REQUEST_INVALID', { reason: 'somebody is logged in' });
  }

  async function enrolled(
    begun: AccountState,
    code: string,
  ): Promise<Extract<AccountState, { kind: 'enrolled' }>> {
    const pending = begun.kind === 'in' ? begun.person.renewal : begun;
    if (begun.kind === 'out' || !pending || !('ticket' in pending))
      throw new SealkeepError('ENROLMENT_REFUSED');
    const { login } = await agent();
    const { user } = begun;
    const purpose = begun.kind === 'enrolling' ? begun.purpose : 'renew';
    if (purpose !== 'register') {
      const codes = await login.confirmAuthenticator(user, pending.ticket, code);
      return { kind: 'enrolled', user, purpose, codes, next: 'login' };
    }
    const { recoveryCodes: codes, isPending } = await login.confirm(user, pending.ticket, code);
    return { kind: 'enrolled', user, purpose, codes, next: isPending ? 'approval' : 'window' };
  }

  return {
    /** Who is logged in. */
    user: () => (state.kind === 'in' ? state.user : null),
    role: (): AppState['role'] => (state.kind === 'in' ? state.person.role : null),
    notices: (): AppState['notices'] => (state.kind === 'in' ? [...state.person.notices] : []),
    /** How far somebody is who registered, or who is getting another authenticator. */
    enrolment(): AppState['enrolment'] {
      if (state.kind !== 'enrolling' && state.kind !== 'enrolled') return null;
      const { user, purpose } = state;
      return { user, purpose, step: state.kind === 'enrolling' ? 'authenticator' : 'recovery' };
    },
    /**
     * What that step shows, as often as the page asks: it may have been loaded anew.
     * @throws SealkeepError ENROLMENT_REFUSED
     */
    resumed(): BridgeOutput<'account.enrolment'> {
      if (state.kind === 'enrolling') {
        const { user, purpose, enrolment } = state;
        return { step: 'authenticator', user, purpose, enrolment };
      }
      if (state.kind !== 'enrolled') throw new SealkeepError('ENROLMENT_REFUSED');
      const { user, purpose, codes } = state;
      return { step: 'recovery', user, purpose, codes: [...codes] };
    },
    /** Tells one turn from another: an error of an earlier one ends no later one. */
    turn: (): object => state,
    async register(user: string, password: string, invitation?: string) {
      assertNobodyIsIn();
      const { enrolment } = await atPlace(
        async () => {
          const { login } = await agent();
          const { user: name, ...reply } = await login.register(user, password, invitation);
          return { user: name, ...(await shown(reply)) };
        },
        (begun) => ({ kind: 'enrolling', purpose: 'register', ...begun }),
      );
      return enrolment;
    },
    /** Another authenticator, by the code that an administrator handed over. */
    async resetAuthenticator(user: string, password: string, resetCode: string) {
      assertNobodyIsIn();
      const { enrolment } = await atPlace(
        async () => shown(await (await agent()).login.beginReset(user, { password, reset_code: resetCode })),
        (begun) => ({ kind: 'enrolling', purpose: 'reset', user, ...begun }),
      );
      return enrolment;
    },
    /** Another authenticator of who is logged in. */
    async renewAuthenticator(proof: AuthenticatorRequest) {
      if (state.kind !== 'in') throw new SealkeepError('NOT_LOGGED_IN');
      const { person, user } = state;
      const { jobs } = await agent();
      const { access_token } = await tokensOf(jobs, user);
      const renewal = await shown(await jobs.kms.beginAuthenticator(access_token, proof));
      person.renewal = renewal;
      return renewal.enrolment;
    },
    /** @throws SealkeepError ENROLMENT_REFUSED; another code may be tried then. */
    async confirm(code: string): Promise<readonly string[]> {
      const { codes } = await atPlace(
        () => enrolled(state, code),
        (next) => next,
      );
      return codes;
    },
    /** The recovery codes are kept. @returns what is next; nobody is logged in unless it is the window. */
    async enter(): Promise<BridgeOutput<'account.enter'>['next']> {
      if (state.kind !== 'enrolled') throw new SealkeepError('NOT_LOGGED_IN');
      const { user, next } = state;
      await atPlace(
        async () => {
          if (next === 'window') return arrived((await agent()).login, user, []);
          return { kind: 'out' } as const;
        },
        (entered) => entered,
      );
      return next;
    },
    async logIn(user: string, secrets: LoginSecrets): Promise<void> {
      await atPlace(
        async () => {
          const { login } = await agent();
          return arrived(login, user, await login.login(user, secrets));
        },
        (entered) => entered,
      );
    },
    dismissNotices(): void {
      if (state.kind !== 'in') return;
      state.person.notices = [];
      changed();
    },
    /** Gives the account up, and with it every file that hangs on its keys where that loss is accepted. */
    async remove(proof: z.input<typeof deleteAccountRequest>): Promise<void> {
      if (state.kind !== 'in') throw new SealkeepError('NOT_LOGGED_IN');
      const { user } = state;
      await atPlace(
        async () => {
          const { jobs } = await agent();
          const { access_token } = await tokensOf(jobs, user);
          await jobs.kms.deleteAccount(access_token, proof);
          await jobs.login.forgetUser();
          return { kind: 'out' } as const;
        },
        (gone) => gone,
      );
    },
    /** Here in any case. @throws SealkeepError SERVER_* where the KMS could not be told. */
    async logOut(): Promise<void> {
      try {
        const { login } = await agent();
        await login.logout().catch(async (error: unknown) => {
          await login.forget();
          if (!isSealkeepError(error, 'NOT_LOGGED_IN')) throw error;
        });
      } finally {
        become({ kind: 'out' });
      }
    },
    /** The place is left: nobody is at the window any more; the login stays kept. */
    leave(): void {
      place = {};
      if (state.kind !== 'out') become({ kind: 'out' });
    },
    /**
     * What calls and jobs stand on.
     * @throws SealkeepError NOT_LOGGED_IN, SERVER_*
     */
    async loggedIn(): Promise<LoggedIn> {
      if (state.kind !== 'in') throw new SealkeepError('NOT_LOGGED_IN');
      const { user, person } = state;
      const { jobs, log } = await agent();
      const tokens = async () => {
        const login = await tokensOf(jobs, user);
        if (login.role !== person.role) {
          person.role = login.role;
          changed();
        }
        return login;
      };
      return { user, log, parts: { ...jobs, login: { ...jobs.login, tokens } } };
    },
    /** Looks at what a call or a job of a turn failed with: a login that has ended ends the turn. */
    observe(error: unknown, turn: object): void {
      if (turn !== state || state.kind !== 'in') return;
      if (!isSealkeepError(error) || !ENDED.has(error.code)) return;
      become({ kind: 'out' });
      // The KMS takes it no longer; another process of this folder must not try it either.
      if (error.code !== 'NOT_LOGGED_IN') {
        agent()
          .then(({ login }) => login.forget())
          .catch(report);
      }
    },
  };
}

/** Another process of the data folder may have logged out, or logged in somebody else. */
async function tokensOf({ login }: JobParts, user: string) {
  const tokens = await login.tokens();
  if (tokens.user !== user) throw new SealkeepError('NOT_LOGGED_IN');
  return tokens;
}
