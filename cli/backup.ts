import path from 'node:path';
import { Readable } from 'node:stream';
import { sealBackup } from '../agent/backup/seal-backup.ts';
import { createTemporaries, removeDeadTemporaries } from '../agent/engine/temporaries.ts';
import { randomPhrase } from '../core/crypto/random.ts';
import type { Secret } from '../core/crypto/secret.ts';
import { backupContent } from '../server/backup/backup-content.ts';
import type { ServerName } from '../server/backup/entries.ts';
import { serversIn } from '../server/backup/servers-in.ts';
import { isSwitchBegun } from '../server/backup/switch-record.ts';
import { CLOUD_SETTINGS, readCloudConfig } from '../server/cloud/config.ts';
import { kmsSettings, readKmsConfig } from '../server/kms/config.ts';
import type { Environment } from '../server/platform/config/settings.ts';
import { existingRootKey } from '../server/platform/root-key/load-root-key.ts';
import { providerOfSource } from '../server/platform/root-key/provider-of-source.ts';
import { ROOT_KEY_SETTINGS } from './change-root-key.ts';
import type { ServerPlace } from './commands/server-place.ts';
import type { CliContext } from './context.ts';
import { formatBytes } from './progress-line.ts';
import { askRootPassphrase } from './root-passphrases.ts';
import { withBackupLock } from './with-backup-lock.ts';
import { withDataFolder } from './with-data-folder.ts';

interface BackupRequest {
  /** Not there yet. */
  readonly file: string;
  readonly isWithBlobs: boolean;
  readonly isWithRootKeys: boolean;
  /** Makes the passphrase, in place of asking for one. */
  readonly isPhraseMade: boolean;
}

export interface MadeBackup {
  readonly bytes: number;
  readonly servers: readonly ServerName[];
  readonly lostBlobs: readonly string[];
  /** To be shown once, where it was made here. */
  readonly phrase: string | undefined;
}

/** Backs up what a data folder's servers keep, whether they run or not. */
export function backup(
  context: CliContext,
  place: ServerPlace,
  { file, isWithBlobs, isWithRootKeys, isPhraseMade }: BackupRequest,
): Promise<MadeBackup> {
  const { environment, secrets, terminal, now, signal } = context;
  const { dataFolder } = place;
  return withBackupLock(dataFolder, async () => {
    if (isSwitchBegun(dataFolder)) await withDataFolder(dataFolder, async () => undefined);
    const configs = {
      kms: readKmsConfig(environment, dataFolder),
      cloud: readCloudConfig(environment, dataFolder),
    };
    const databases = { kms: configs.kms.databaseFile, cloud: configs.cloud.databaseFile };
    const blobsFolder = isWithBlobs ? configs.cloud.blobsFolder : undefined;
    const servers = await serversIn({ dataFolder, databases, blobsFolder });
    const phrase = isPhraseMade ? randomPhrase() : undefined;
    const passphrase = phrase ?? (await secrets.newPassphrase('the backup', undefined));
    const rootKeys: Partial<Record<ServerName, Secret>> = {};
    for (const server of isWithRootKeys ? servers : []) {
      const ask = askRootPassphrase(secrets, place.passphrases[server]);
      const provider = providerOfSource(configs[server].rootKey, {
        setting: ROOT_KEY_SETTINGS[server],
        ask,
      });
      rootKeys[server] = await existingRootKey(provider, databases[server]);
    }
    const lostBlobs: string[] = [];
    const parts = {
      dataFolder,
      workFolder: path.join(dataFolder, 'backing-up'),
      databases,
      blobsFolder,
      settings: settingsText(environment, dataFolder),
      rootKeys,
      now,
      lost: (blob: string) => lostBlobs.push(blob),
    };
    await removeDeadTemporaries(dataFolder, now);
    const temporaries = createTemporaries(dataFolder);
    try {
      const content = { name: dataFolder, open: async () => Readable.from(backupContent(parts)) };
      const onProgress = (done: number) => terminal.status(`Backed up ${formatBytes(done)}`);
      const bytes = await sealBackup({ file, passphrase, content, temporaries, signal, onProgress });
      return { bytes, servers, lostBlobs, phrase };
    } finally {
      for (const key of Object.values(rootKeys)) key.destroy();
      await temporaries.close();
    }
  });
}

/** The servers' settings as `.env` has them; the passphrases of root keys are not among them. */
function settingsText(environment: Environment, dataFolder: string): string {
  return Object.keys({ ...kmsSettings(dataFolder), ...CLOUD_SETTINGS })
    .flatMap((name) => (environment[name] ? [`${name}=${JSON.stringify(environment[name])}\n`] : []))
    .join('');
}
