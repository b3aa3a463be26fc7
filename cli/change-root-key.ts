import { changeCloudRootKey } from '../server/cloud/change-cloud-root-key.ts';
import { readCloudConfig } from '../server/cloud/config.ts';
import { changeKmsRootKey } from '../server/kms/change-kms-root-key.ts';
import { readKmsConfig } from '../server/kms/config.ts';
import type { RootKeySource } from '../server/platform/config/root-key-setting.ts';
import type { ChangeStep, RootKeyChanged } from '../server/platform/root-key/change-root-key.ts';
import { providerOfSource } from '../server/platform/root-key/provider-of-source.ts';
import type { ServerPlace } from './commands/server-place.ts';
import type { CliContext } from './context.ts';
import { counted } from './counted.ts';
import { askRootPassphrase, type ServerName } from './root-passphrases.ts';
import { withDataFolder } from './with-data-folder.ts';

/** The setting that says where a server's root key is kept. */
export const ROOT_KEY_SETTINGS = { kms: 'KMS_ROOT_KEY', cloud: 'CLOUD_ROOT_KEY' } as const;

/** Puts another root key in the place of a stopped server's, and shows meanwhile how far it is. */
export function changeRootKeyOf(
  { environment, secrets, terminal, now }: CliContext,
  { dataFolder, passphrases }: ServerPlace,
  server: ServerName,
  next: RootKeySource,
): Promise<RootKeyChanged> {
  return withDataFolder(dataFolder, () => {
    const read = server === 'kms' ? readKmsConfig : readCloudConfig;
    const { rootKey: present, databaseFile } = read(environment, dataFolder);
    const ask = askRootPassphrase(secrets, passphrases[server]);
    const setting = ROOT_KEY_SETTINGS[server];
    const change = {
      present,
      next,
      databaseFile,
      providerOf: (source: RootKeySource) => providerOfSource(source, { setting, ask }),
      tell(step: ChangeStep) {
        if (step.kind === 'rewrapped')
          terminal.status(`Rewrapped ${step.done} of ${counted(step.of, 'secret')}`);
      },
    };
    return server === 'kms' ? changeKmsRootKey(change, now) : changeCloudRootKey(change);
  });
}
