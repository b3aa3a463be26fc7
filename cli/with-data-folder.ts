import { takeDataFolder } from '../server/embedded/data-folder-servers.ts';

/**
 * Does something with a data folder that no server may run over meanwhile.
 * @throws SealkeepError DATA_FOLDER_BUSY where one does.
 */
export async function withDataFolder<T>(dataFolder: string, work: () => Promise<T>): Promise<T> {
  const taken = await takeDataFolder(dataFolder);
  try {
    return await work();
  } finally {
    await taken.release({ limitMs: 0, tell: () => undefined }, async () => undefined);
  }
}
