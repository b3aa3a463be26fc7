import path from 'node:path';
import { dataFolderPath, makeDataFolder } from '../../agent/profile/data-folder.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { CliContext } from '../context.ts';
import { type RootPassphrases, takeRootPassphrases } from '../root-passphrases.ts';

/** The data folder's name where both servers run in one process (`serve`). */
export const SERVER_FOLDER = 'sealkeep-server';

/** Where servers keep their data, and what their settings say beside the environment that is left. */
export interface ServerPlace {
  readonly dataFolder: string;
  readonly passphrases: RootPassphrases;
}

/**
 * Reads `.env`, looks whether every setting is one, and makes the data folder. Servers for others keep their data apart from the client's, unless told
 * where; a KMS and a cloud in processes of their own apart from each other as well, since one process serves a folder.
 * @throws SealkeepError CONFIG_INVALID, DATA_FOLDER_UNUSABLE
 */
export async function serverPlace(
  context: CliContext,
  option: string | undefined,
  name: string,
): Promise<ServerPlace> {
  loadSettings('.env');
  const { checkSettingNames } = await import('../check-setting-names.ts');
  checkSettingNames(process.env, context.terminal.note);
  const passphrases = takeRootPassphrases(process.env);
  const dataFolder = option === undefined ? dataFolderPath(context, name) : path.resolve(option);
  await makeDataFolder(dataFolder);
  return { dataFolder, passphrases };
}

/** Settings that the environment has not. @throws SealkeepError CONFIG_INVALID where the file can't be read. */
function loadSettings(file: string): void {
  try {
    process.loadEnvFile(file);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    if (codeOf(cause) === undefined) throw cause;
    throw new SealkeepError(
      'CONFIG_INVALID',
      { name: file, reason: 'it is there and cannot be read' },
      { cause },
    );
  }
}
