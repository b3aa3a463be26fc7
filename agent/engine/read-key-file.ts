import path from 'node:path';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { type KeyFile, parseKeyFile } from '../../shared/formats/key-file.ts';
import { LIMITS } from '../../shared/limits.ts';
import { inputError } from './file-errors.ts';
import type { Source, StreamSource } from './source.ts';
import { readAt, withSourceFile } from './source-file.ts';
import { openStreamReader } from './stream-reader.ts';

/** What a `.key` says, wherever it lies: as `readKeyFile`. */
export function readKeyOf(source: Source): Promise<KeyFile | undefined> {
  return typeof source === 'string' ? readKeyFile(source) : readKeyStream(source);
}

async function readKeyStream(source: StreamSource): Promise<KeyFile> {
  const file = source.name;
  const reader = await openStreamReader(source);
  try {
    const bytes = await reader.read(LIMITS.keyFile + 1);
    if (bytes.length > LIMITS.keyFile) throw new SealkeepError('KEY_FILE_INVALID', { file });
    return parseKeyFile(bytes.toString('utf8'));
  } catch (error) {
    throw inputError(error, file);
  } finally {
    reader.close();
  }
}

/**
 * What a `.key` says, which is a claim. No more of it is read than such a file may have.
 * @returns undefined where there is no such file.
 * @throws SealkeepError KEY_FILE_INVALID, KEY_FILE_TOO_NEW, FILE_NOT_A_FILE, FILE_NOT_READABLE.
 */
export async function readKeyFile(keyPath: string): Promise<KeyFile | undefined> {
  try {
    const bytes = await withSourceFile(keyPath, ({ handle }) =>
      readAt(handle, keyPath, LIMITS.keyFile + 1, 0),
    );
    if (bytes.length > LIMITS.keyFile) throw new SealkeepError('KEY_FILE_INVALID');
    return parseKeyFile(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (isSealkeepError(error, 'FILE_NOT_FOUND')) return undefined;
    if (isSealkeepError(error, 'KEY_FILE_INVALID') || isSealkeepError(error, 'KEY_FILE_TOO_NEW'))
      throw new SealkeepError(error.code, { file: path.basename(keyPath) }, { cause: error.cause });
    throw error;
  }
}
