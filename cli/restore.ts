import { openBackup } from '../agent/backup/open-backup.ts';
import { inputError } from '../agent/engine/file-errors.ts';
import { type Restored, restoreBackup } from '../server/backup/restore-backup.ts';
import { readCloudConfig } from '../server/cloud/config.ts';
import { readKmsConfig } from '../server/kms/config.ts';
import { providerOfSource } from '../server/platform/root-key/provider-of-source.ts';
import { isSealkeepError } from '../shared/errors/error.ts';
import { ROOT_KEY_SETTINGS } from './change-root-key.ts';
import type { ServerPlace } from './commands/server-place.ts';
import type { CliContext } from './context.ts';
import { askRootPassphrase, type ServerName } from './root-passphrases.ts';
import { withBackupLock } from './with-backup-lock.ts';
import { withDataFolder } from './with-data-folder.ts';

interface RestoreRequest {
  readonly file: string;
  readonly isTrial: boolean;
}

/** Puts a backup in the place of a data folder's servers, which may not run. */
export function restore(
  { environment, secrets, now, signal }: CliContext,
  { dataFolder, passphrases }: ServerPlace,
  { file, isTrial }: RestoreRequest,
): Promise<Restored> {
  return withDataFolder(dataFolder, () =>
    withBackupLock(dataFolder, async () => {
      const configs = {
        kms: readKmsConfig(environment, dataFolder),
        cloud: readCloudConfig(environment, dataFolder),
      };
      const sealed = await openBackup(
        file,
        () => secrets.passphrase(`the backup ${file}`, undefined),
        signal,
      );
      const rootKeyOf = (server: ServerName) => {
        const ask = askRootPassphrase(secrets, passphrases[server]);
        const { rootKey } = configs[server];
        return providerOfSource(rootKey, { setting: ROOT_KEY_SETTINGS[server], ask }).read();
      };
      try {
        return await restoreBackup({
          dataFolder,
          databases: { kms: configs.kms.databaseFile, cloud: configs.cloud.databaseFile },
          blobsFolder: configs.cloud.blobsFolder,
          pieces: sealed.pieces,
          rootKeyOf,
          now,
          isTrial,
        });
      } catch (error) {
        // What is wrong with the backup itself says which one it is.
        throw isSealkeepError(error, 'BACKUP_DAMAGED') || isSealkeepError(error, 'BACKUP_TOO_NEW')
          ? inputError(error, file)
          : error;
      } finally {
        sealed.close();
      }
    }),
  );
}
