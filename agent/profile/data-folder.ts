import { homedir } from 'node:os';
import path from 'node:path';

import { makeFolder } from '../../core/durable/folder.ts';

import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';

export interface SystemPlace {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** `SEALKEEP_HOME`, or `name` in the system's place for application data. */
export function dataFolderPath({ platform, environment }: SystemPlace, name = 'sealkeep'): string {
  const { SEALKEEP_HOME: chosen, APPDATA: appData } = environment;
  if (chosen) return path.resolve(chosen);
  const home = homedir();
  if (platform === 'win32') return path.join(appData || path.join(home, 'AppData', 'Roaming'), name);
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', name);
  return path.join(dataHomePath(environment), name);
}

/** `$XDG_DATA_HOME`: an empty or relative one counts as absent (XDG Base Directory Specification). */
export function dataHomePath({ XDG_DATA_HOME: xdg }: SystemPlace['environment']): string {
  const isUsable = xdg !== undefined && path.isAbsolute(xdg);
  return isUsable ? xdg : path.join(homedir(), '.local', 'share');
}

/**
 * Makes the data folder, for its owner only.
 * @throws SealkeepError DATA_FOLDER_UNUSABLE
 */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (cause) {
    throw dataFolderUnusable(folder, cause);
  }
}

/** What is said where something in the data folder can't be written. */
export function dataFolderUnusable(folder: string, cause: unknown): SealkeepError {
  return new SealkeepError('DATA_FOLDER_UNUSABLE', { folder, reason: codeOf(cause) ?? 'unknown' }, { cause });
}
