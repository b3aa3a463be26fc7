import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../core/durable/publish.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { type KeyFile, parseKeyFile } from '../../shared/formats/key-file.ts';
import { LIMITS } from '../../shared/limits.ts';
import { ENC_ENDING, KEY_ENDING } from '../../shared/names/file-name.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import type { JobParts } from './parts.ts';

export interface FoundKey {
  readonly key: KeyFile;
  /** Where the `.key` lies, or should. */
  readonly keyPath: string;
  readonly isFromRegistry: boolean;
}

/** `report.txt.enc` → `report.txt.key` beside it. */
function keyPathOf(encPath: string): string {
  const stem = encPath.endsWith(ENC_ENDING) ? encPath.slice(0, -ENC_ENDING.length) : encPath;
  return stem + KEY_ENDING;
}

/**
 * The `.key` beside a `.enc`, or the registry's copy where there is none.
 * @throws SealkeepError KEY_FILE_INVALID, KEY_FILE_TOO_NEW, KEY_FILE_MISMATCH, KEY_MISSING, SERVER_*.
 */
export async function findKey(parts: JobParts, encPath: string, resourceName: string): Promise<FoundKey> {
  const keyPath = keyPathOf(encPath);
  const beside = await readKeyFile(keyPath);
  if (beside && beside.resource_name !== resourceName) {
    throw new SealkeepError('KEY_FILE_MISMATCH', { file: path.basename(keyPath) });
  }
  if (beside) return { key: beside, keyPath, isFromRegistry: false };
  return { key: await registeredKey(parts, encPath, resourceName), keyPath, isFromRegistry: true };
}

/** @returns undefined where there is no such file. */
async function readKeyFile(keyPath: string): Promise<KeyFile | undefined> {
  const name = path.basename(keyPath);
  try {
    if ((await stat(keyPath)).size > LIMITS.keyFile)
      throw new SealkeepError('KEY_FILE_INVALID', { file: name });
    return parseKeyFile(await readFile(keyPath, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (isSealkeepError(error)) throw new SealkeepError(error.code, { file: name }, { cause: error.cause });
    throw new SealkeepError('FILE_NOT_READABLE', { file: keyPath }, { cause: error });
  }
}

async function registeredKey(parts: JobParts, encPath: string, resourceName: string): Promise<KeyFile> {
  const missing = (cause?: unknown) => new SealkeepError('KEY_MISSING', { file: encPath }, { cause });
  const id = splitResourceName(resourceName)?.id;
  if (id === undefined) throw missing();
  const { cloud_token } = await parts.login.tokens();
  const key = await parts.cloud.key(cloud_token, id).catch((error: unknown) => {
    throw isSealkeepError(error, 'CLOUD_NOT_FOUND') ? missing(error) : error;
  });
  if (key.resource_name !== resourceName) throw missing();
  return key;
}
