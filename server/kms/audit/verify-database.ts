import { verifyLog, type WholeLogReport } from '../../../core/audit/verify-log.ts';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { KmsSchema } from '../store/schema.ts';
import { readLog } from './read-log.ts';

/**
 * Verifies the audit log in a KMS's database, which is only read, whether a server runs over it or not.
 * @param key thumbprint of the key that checkpoints have to be signed with.
 * @throws SealkeepError DATA_FOLDER_UNUSABLE where there is no such database, or one from before there was a chain.
 */
export async function verifyDatabase(file: string, key?: string): Promise<WholeLogReport> {
  const database = openReadOnly(file);
  try {
    const tables = await database.introspection.getTables();
    if (!tables.some(({ name }) => name === 'audit_checkpoints')) {
      throw unusable(file, 'there is no chained audit log in it; starting the KMS once makes one');
    }
    // One transaction sees one moment: what is added meanwhile would have no checkpoint yet, or a checkpoint no entry.
    return await database.transaction().execute((transaction) => verifyLog(readLog(transaction), key));
  } finally {
    await database.destroy();
  }
}

function openReadOnly(file: string) {
  try {
    return openSqlite<KmsSchema>(file, { isReadOnly: true });
  } catch (cause) {
    throw unusable(file, 'there is no database of a KMS that can be read', cause);
  }
}

function unusable(folder: string, reason: string, cause?: unknown): SealkeepError {
  return new SealkeepError('DATA_FOLDER_UNUSABLE', { folder, reason }, { cause });
}
