import type { Notice } from '../../../shared/api/kms/identity.ts';
import type { BridgeOutput } from '../../../shared/bridge/calls.ts';
import type { AppState } from '../../../shared/bridge/state.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../../../shared/errors/error.ts';
import type { Agent } from '../../agent.ts';
import type { JobParts } from '../../jobs/parts.ts';
import type { LoginSecrets } from '../../login/login.ts';
import { enrolmentPicture, secretOf } from './enrolment-picture.ts';

/**
 * Who is at the window: `out → enrolling → enrolled → in`, or `out → in` by a login; `out` again by logging out and by
 * a login that ends. A login that an earlier launch kept does not count: each launch asks.
 */
type AccountState =
  | { readonly kind: 'out' }
  | {
      readonly kind: 'enrolling';
      readonly user: string;
      readonly ticket: string;
      readonly enrolment: BridgeOutput<'account.register'>;
    }
  /** The person has an account and is logged in, but has not said yet that the recovery codes are kept. */
  | {
      readonly kind: 'enrolled';
      readonly user: string;
      readonly codes: readonly string[];
      /** Not logged in after all: an administrator has to approve. */
      readonly isPending: boolean;
    }
  | { readonly kind: 'in'; readonly user: string };

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
  rememberUser(user: string): Promise<void>;
  changed(): void;
  report(error: unknown): void;
}

/** Who is logged in, and what works for them as long as their turn lasts. */
export interface LoggedIn {
  readonly user: string;
  readonly parts: JobParts;
}

export type Account = ReturnType<typeof createAccount>;

export function createAccount({ agent, rememberUser, changed, report }: AccountParts) {
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
    if (asked !== place) throw new SealkeepError('NOT_LOGGED_IN');
    become(next(answer));
    return answer;
  }

  return {
    /** Who is logged in. */
    user: () => (state.kind === 'in' ? state.user : null),
    /** How far somebody is who registered. */
    enrolment(): AppState['enrolment'] {
      if (state.kind === 'enrolling') return { user: state.user, step: 'authenticator' };
      return state.kind === 'enrolled' ? { user: state.user, step: 'recovery' } : null;
    },
    /**
     * What that step shows, as often as the page asks: it may have been loaded anew.
     * @throws SealkeepError ENROLMENT_REFUSED
     */
    resumed(): BridgeOutput<'account.enrolment'> {
      if (state.kind === 'enrolling')
        return { step: 'authenticator', user: state.user, enrolment: state.enrolment };
      if (state.kind === 'enrolled') return { step: 'recovery', user: state.user, codes: [...state.codes] };
      throw new SealkeepError('ENROLMENT_REFUSED');
    },
    /** Tells one turn from another: an error of an earlier one ends no later one. */
    turn: (): object => state,
    async register(user: string, password: string) {
      if (state.kind === 'in')
        throw new SealkeepError('REQUEST_INVALID', { reason: 'somebody is logged in' });
      const { enrolment } = await atPlace(
        async () => {
          const { login } = await agent();
          const { user: name, otp_uri, enrolment_ticket: ticket } = await login.register(user, password);
          const enrolment = { otp_uri, secret: secretOf(otp_uri), qr_svg: await enrolmentPicture(otp_uri) };
          return { user: name, ticket, enrolment };
        },
        (begun) => ({ kind: 'enrolling', ...begun }),
      );
      return enrolment;
    },
    /** @throws SealkeepError ENROLMENT_REFUSED; another code may be tried then. */
    async confirm(code: string): Promise<readonly string[]> {
      if (state.kind !== 'enrolling') throw new SealkeepError('ENROLMENT_REFUSED');
      const { user, ticket } = state;
      const { codes } = await atPlace(
        async () => {
          const { recoveryCodes, isPending } = await (await agent()).login.confirm(user, ticket, code);
          return { codes: recoveryCodes, isPending };
        },
        (confirmed) => ({ kind: 'enrolled', user, ...confirmed }),
      );
      return codes;
    },
    /** @throws SealkeepError ACCOUNT_PENDING; nobody is at the window then. */
    async enter(): Promise<void> {
      if (state.kind !== 'enrolled') throw new SealkeepError('NOT_LOGGED_IN');
      const { user } = state;
      if (state.isPending) {
        become({ kind: 'out' });
        throw new SealkeepError('ACCOUNT_PENDING');
      }
      await atPlace(
        () => rememberUser(user),
        () => ({ kind: 'in', user }),
      );
    },
    async logIn(user: string, secrets: LoginSecrets): Promise<readonly Notice[]> {
      return atPlace(
        async () => {
          const notices = await (await agent()).login.login(user, secrets);
          await rememberUser(user);
          return notices;
        },
        () => ({ kind: 'in', user }),
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
      const { user } = state;
      const { jobs } = await agent();
      return { user, parts: { ...jobs, login: { ...jobs.login, tokens: () => tokensOf(jobs, user) } } };
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
