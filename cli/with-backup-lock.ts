import path from 'node:path';
import { tryLock } from '../core/durable/lock.ts';
import { SealkeepError } from '../shared/errors/error.ts';

/**
 * Does something with a data folder of which no backup is made, and which no backup is put into, meanwhile. Servers may run.
 * @throws SealkeepError DATA_FOLDER_BUSY
 */
export async function withBackupLock<T>(dataFolder: string, work: () => Promise<T>): Promise<T> {
  const lock = tryLock(path.join(dataFolder, 'backup.lock'));
  if (!lock) throw new SealkeepError('DATA_FOLDER_BUSY', { folder: dataFolder });
  try {
    return await work();
  } finally {
    lock.release();
  }
}
