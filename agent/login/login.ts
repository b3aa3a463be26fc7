import type { LoginRequest, Notice, TokenReply } from '../../shared/api/kms/identity.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import type { KmsClient } from '../servers/kms-client.ts';
import type { LoginStore, StoredLogin } from './login-store.ts';

export interface LoginParts {
  readonly kms: KmsClient;
  readonly store: LoginStore;
  readonly now: () => Date;
  /** Throws where the KMS's audit log no longer holds what was seen of it; `bearer` is an authentication token. */
  readonly assertLogHolds: (bearer: string) => Promise<void>;
  /** What KMS and cloud are called. The same data folder's servers are called otherwise in an app and in `serve`. */
  readonly names: { readonly kms: string; readonly cloud: string };
  /** What the person's list of logins calls this device. */
  readonly deviceName: string;
}

/** A token this close to its end is refreshed first: a call may take a while to arrive. */
const MARGIN_MS = 60_000;

/** What a person types to log in: a code from the authenticator, or a recovery code. */
export type LoginSecrets = Pick<LoginRequest, 'password'> & ({ code: string } | { recovery_code: string });

export interface Confirmed {
  readonly recoveryCodes: readonly string[];
  /** Whether nobody is logged in yet, because an administrator has to approve. */
  readonly isPending: boolean;
}

/** Registering, logging in and out, and tokens that are fresh whenever they are asked for. */
export function createLogin({ kms, store, now, names, deviceName, assertLogHolds }: LoginParts) {
  const issued_by = `${names.kms}\n${names.cloud}`;

  /** Only inside the store's lock: a refresh that ends late must not put its tokens over a newer login's. */
  function keep(user: string, reply: TokenReply): Promise<void> {
    const { access_token, cloud_token, refresh_token, role } = reply;
    const expires_at = now().getTime() + reply.expires_in * 1000;
    const login = { user, access_token, cloud_token, refresh_token, expires_at, issued_by, role };
    return store.write({ login, last_user: user });
  }

  async function current(): Promise<StoredLogin> {
    const { login } = await store.read();
    if (!login) throw new SealkeepError('NOT_LOGGED_IN');
    return login;
  }

  const isFresh = (login: StoredLogin) =>
    login.issued_by === issued_by && login.expires_at - now().getTime() > MARGIN_MS;

  /** Looks again once the lock is held: another process may have refreshed meanwhile. */
  function refreshed(): Promise<StoredLogin> {
    return store.locked(async () => {
      const login = await current();
      if (isFresh(login)) return login;
      try {
        await keep(login.user, await kms.refresh(login.refresh_token));
      } catch (error) {
        if (isSealkeepError(error, 'REFRESH_REFUSED')) await store.write({ login: null });
        throw error;
      }
      return current();
    });
  }

  async function tokens(): Promise<StoredLogin> {
    const login = await current();
    return isFresh(login) ? login : refreshed();
  }

  return {
    /** First step: the account and its TOTP secret. */
    register: (user: string, password: string, invitation?: string) =>
      kms.register({ user, password, ...(invitation === undefined ? {} : { invitation }) }),
    /** Second step: the first code. Unless somebody has to approve them first, the person is logged in. */
    async confirm(user: string, ticket: string, code: string): Promise<Confirmed> {
      const device = await store.device();
      const reply = await kms.confirm({
        ...{ user, enrolment_ticket: ticket, code },
        ...{ device, device_name: deviceName },
      });
      const isPending = 'status' in reply;
      await store.locked(() => (isPending ? store.write({ last_user: user }) : keep(user, reply)));
      return { recoveryCodes: reply.recovery_codes, isPending };
    },
    /**
     * @returns what the KMS wants the person to know.
     * @throws SealkeepError AUDIT_* where the KMS is not to be believed; there is no login then.
     */
    async login(user: string, secrets: LoginSecrets): Promise<readonly Notice[]> {
      const device = await store.device();
      const reply = await kms.login({ user, device, device_name: deviceName, ...secrets });
      try {
        await assertLogHolds(reply.access_token);
      } catch (error) {
        // Nothing is done with a KMS that is not believed; whether it ends the login is its own affair.
        await Promise.allSettled([kms.logout(reply.refresh_token)]);
        throw error;
      }
      await store.locked(() => keep(user, reply));
      return reply.notices ?? [];
    },
    /** Of who is logged in. This login goes on, all others end. */
    async changePassword(password: string, code: string, newPassword: string): Promise<void> {
      await tokens();
      // Nobody refreshes it meanwhile.
      await store.locked(async () => {
        const { user, access_token } = await current();
        const body = { password, code, new_password: newPassword };
        await keep(user, await kms.changePassword(access_token, body));
      });
    },
    /** Begins a new authenticator by a code that an administrator handed over. */
    beginReset: async (user: string, secrets: { readonly password: string; readonly reset_code: string }) =>
      kms.beginReset({ user, device: await store.device(), ...secrets }),
    /**
     * Puts a new authenticator in the place of the former one. All logins end with that, the one here too where it is
     * this person's.
     * @returns the new recovery codes.
     */
    async confirmAuthenticator(user: string, ticket: string, code: string): Promise<readonly string[]> {
      const { recovery_codes } = await kms.confirmAuthenticator({ user, enrolment_ticket: ticket, code });
      await store.locked(async () => {
        const isTheirs = (await store.read()).login?.user === user;
        await store.write({ last_user: user, ...(isTheirs ? { login: null } : {}) });
      });
      return recovery_codes;
    },
    /** Ends the login at the KMS, then here; here also where the KMS says that it had ended already. */
    logout: () =>
      store.locked(async () => {
        const login = await current();
        await kms.logout(login.refresh_token);
        await store.write({ login: null });
      }),
    /** Forgets the login here, where the KMS no longer takes it. */
    forget: () => store.locked(() => store.write({ login: null })),
    /** Forgets who it was, too: of an account that is deleted. */
    forgetUser: () => store.locked(() => store.write({ login: null, last_user: null })),
    /**
     * Tokens that are good for another minute at least.
     * @throws SealkeepError NOT_LOGGED_IN, REFRESH_REFUSED (the login has ended) or SERVER_*.
     */
    tokens,
    /** What who is logged in may do at the KMS, as it was said last. */
    role: async () => (await store.read()).login?.role ?? 'member',
    /** Who is logged in, if anyone, without asking a server. */
    who: async () => (await store.read()).login?.user,
  };
}

export type Login = ReturnType<typeof createLogin>;
