import { ENC_ENDING } from '../../../shared/names/file-name.ts';
import { shareFile } from '../../jobs/share-file.ts';
import { unshareFile } from '../../jobs/unshare-file.ts';
import type { BridgeHandlers } from '../app.ts';
import type { AppParts } from './app-parts.ts';

/** Files in the cloud, and who else may open them. */
export function cloudHandlers({ account }: AppParts) {
  /** @throws SealkeepError NOT_LOGGED_IN, REFRESH_REFUSED, SERVER_* */
  async function cloudOf() {
    const { parts, user } = await account.loggedIn();
    return { cloud: parts.cloud, user, token: (await parts.login.tokens()).cloud_token };
  }

  return {
    'cloud.list': async () => {
      const { cloud, user, token } = await cloudOf();
      return cloud.list(token, user);
    },
    'cloud.shared-with-me': async () => {
      const { cloud, token } = await cloudOf();
      return cloud.sharedWithMe(token);
    },
    'cloud.remove': async ({ name }) => {
      const { cloud, user, token } = await cloudOf();
      await cloud.remove(token, user, name + ENC_ENDING);
      return {};
    },
    'shares.list': async ({ name }) => {
      const { cloud, token } = await cloudOf();
      return (await cloud.shares(token)).filter((share) => share.name === name);
    },
    'shares.add': async ({ name, with: person, role, until }) => {
      const { parts } = await account.loggedIn();
      await shareFile(parts, { name, with: person, role, until: until ?? undefined });
      return {};
    },
    'shares.remove': async ({ name, with: person }) => {
      const { parts } = await account.loggedIn();
      await unshareFile(parts, { name, with: person });
      return {};
    },
  } satisfies Partial<BridgeHandlers>;
}
