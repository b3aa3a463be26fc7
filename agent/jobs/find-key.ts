import path from 'node:path';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import type { KeyFile } from '../../shared/formats/key-file.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import { readKeyOf } from '../engine/read-key-file.ts';
import { type Content, type Source, sourceLabel } from '../engine/source.ts';
import type { JobParts } from './parts.ts';

export interface FoundKey {
  readonly key: KeyFile;
  /** What the `.key` is called, or would be. */
  readonly keyName: string;
  /** Where the `.key` lies; undefined of the registry's copy and of a stream. */
  readonly keyPath: string | undefined;
  readonly isFromRegistry: boolean;
  /** Where a `.key` is missing; undefined where none is, or where the `.enc` lies beside nothing. */
  readonly missingAt: string | undefined;
}

/**
 * The `.key` that came with a `.enc` or lies beside it, or the registry's copy where there is none.
 * @param given the `.key` that came with it, wherever that lies.
 * @throws SealkeepError KEY_FILE_INVALID, KEY_FILE_TOO_NEW, KEY_FILE_MISMATCH, KEY_MISSING, FILE_NOT_A_FILE,
 *   FILE_NOT_READABLE, SERVER_*.
 */
export async function findKey(
  parts: JobParts,
  enc: string | Content,
  resourceName: string,
  given?: Source,
): Promise<FoundKey> {
  const missingAt = given === undefined && typeof enc === 'string' ? keyPathOf(enc) : undefined;
  const at = given ?? missingAt;
  const keyName = path.basename(at === undefined ? keyPathOf(sourceLabel(enc)) : sourceLabel(at));
  const found = at && (await readKeyOf(at));
  if (found && found.resource_name !== resourceName) {
    throw new SealkeepError('KEY_FILE_MISMATCH', { file: keyName });
  }
  const keyPath = typeof at === 'string' ? at : undefined;
  if (found) return { key: found, keyName, keyPath, isFromRegistry: false, missingAt: undefined };
  const key = await registeredKey(parts, sourceLabel(enc), resourceName);
  return { key, keyName, keyPath: undefined, isFromRegistry: true, missingAt };
}

/**
 * The registry's copy of a `.key`.
 * @param enc how errors name the `.enc`.
 * @throws SealkeepError KEY_MISSING, SERVER_*.
 */
export async function registeredKey(parts: JobParts, enc: string, resourceName: string): Promise<KeyFile> {
  const missing = (cause?: unknown) => new SealkeepError('KEY_MISSING', { file: enc }, { cause });
  const id = splitResourceName(resourceName)?.id;
  if (id === undefined) throw missing();
  const { cloud_token } = await parts.login.tokens();
  const key = await parts.cloud.key(cloud_token, id).catch((error: unknown) => {
    throw isSealkeepError(error, 'CLOUD_NOT_FOUND') ? missing(error) : error;
  });
  if (key.resource_name !== resourceName) throw missing();
  return key;
}
