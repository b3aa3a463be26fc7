import type { BridgeHandlers } from '../app.ts';
import type { AppParts } from './app-parts.ts';
import { kmsAsPerson } from './kms-as-person.ts';

/** Registering, logging in and out, and one's own account. */
export function accountHandlers({ account }: AppParts) {
  const kmsOf = () => kmsAsPerson(account);

  return {
    'account.register': ({ user, password, invitation }) => account.register(user, password, invitation),
    'account.confirm': async ({ code }) => ({ recovery_codes: [...(await account.confirm(code))] }),
    'account.enrolment': async () => account.resumed(),
    'account.reset-authenticator': ({ user, password, reset_code }) =>
      account.resetAuthenticator(user, password, reset_code),
    'account.renew-authenticator': (proof) => account.renewAuthenticator(proof),
    'account.enter': async () => ({ next: await account.enter() }),
    'account.login': async ({ user, ...secrets }) => {
      await account.logIn(user, secrets);
      return {};
    },
    'account.logout': async () => {
      await account.logOut();
      return {};
    },
    'account.dismiss-notices': async () => {
      account.dismissNotices();
      return {};
    },
    'account.change-password': async ({ password, code, new_password }) => {
      const { parts } = await account.loggedIn();
      await parts.login.changePassword(password, code, new_password);
      return {};
    },
    'account.new-recovery-codes': async ({ code }) => {
      const { kms, token } = await kmsOf();
      return kms.newRecoveryCodes(token, code);
    },
    'account.delete': async (proof) => {
      await account.remove(proof);
      return {};
    },
    'logins.list': async () => {
      const { kms, token } = await kmsOf();
      return kms.logins(token);
    },
    'logins.end': async ({ id }) => {
      const { kms, token } = await kmsOf();
      await kms.endLogin(token, id);
      return {};
    },
    'logins.end-others': async () => {
      const { kms, token } = await kmsOf();
      await kms.endOtherLogins(token);
      return {};
    },
  } satisfies Partial<BridgeHandlers>;
}
