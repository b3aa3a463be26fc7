import type { BridgeHandlers } from '../app.ts';
import type { AppParts } from './app-parts.ts';

/** Registering, logging in and out. */
export function accountHandlers({ account }: AppParts) {
  return {
    'account.register': ({ user, password }) => account.register(user, password),
    'account.confirm': async ({ code }) => ({ recovery_codes: [...(await account.confirm(code))] }),
    'account.enrolment': async () => account.resumed(),
    'account.enter': async () => {
      await account.enter();
      return {};
    },
    'account.login': async ({ user, ...secrets }) => {
      return { notices: [...(await account.logIn(user, secrets))] };
    },
    'account.logout': async () => {
      await account.logOut();
      return {};
    },
  } satisfies Partial<BridgeHandlers>;
}
