import type { AppParts } from './app-parts.ts';

/**
 * The KMS for a call of who is logged in, with their authentication token.
 * @throws SealkeepError NOT_LOGGED_IN, REFRESH_REFUSED, SERVER_*
 */
export async function kmsAsPerson(account: AppParts['account']) {
  const { parts } = await account.loggedIn();
  return { parts, kms: parts.kms, token: (await parts.login.tokens()).access_token };
}
