import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readKmsConfig } from '../server/kms/config.ts';
import type { RootKeySource } from '../server/platform/config/root-key-setting.ts';
import { makeRootKey } from '../server/platform/root-key/load-root-key.ts';
import { providerOfSource } from '../server/platform/root-key/provider-of-source.ts';
import type { ServerPlace } from './commands/server-place.ts';
import type { CliContext } from './context.ts';
import { askRootPassphrase } from './root-passphrases.ts';
import { withDataFolder } from './with-data-folder.ts';

export interface MadeKey {
  readonly source: RootKeySource;
  /** Permission bits of the folder that it lies in, which may have been there before. */
  readonly folderMode: number;
}

/** Makes the root key of a KMS that was never started. */
export function keygen(
  { environment, secrets }: CliContext,
  { dataFolder, passphrases }: ServerPlace,
): Promise<MadeKey> {
  return withDataFolder(dataFolder, async () => {
    const { rootKey: source, databaseFile } = readKmsConfig(environment, dataFolder);
    const ask = askRootPassphrase(secrets, passphrases.kms);
    await makeRootKey(providerOfSource(source, { setting: 'KMS_ROOT_KEY', ask }), databaseFile);
    const { mode } = await stat(path.dirname(source.file));
    return { source, folderMode: mode & 0o777 };
  });
}
