import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING, fileName, KEY_ENDING } from '../../shared/names/file-name.ts';
import { refusedName } from '../../shared/names/refused-name.ts';
import type { Attributes } from '../engine/attributes.ts';
import { inputError } from '../engine/file-errors.ts';
import { readPrelude } from '../engine/open-file.ts';
import type { Source, StreamSource } from '../engine/source.ts';
import { isKeyOf, lookAtSealed } from '../folders/look-at-sealed.ts';

/** A file to seal, before its key is there. */
export interface PlannedSeal {
  readonly source: Source;
  /** Where the pair goes. */
  readonly folder: string;
  readonly name: string;
  /** Plaintext bytes. */
  readonly size: number;
  /** As it was found, where those of what was sealed are to be told. */
  readonly attributes?: Attributes | undefined;
}

/**
 * @param folder where the pair goes; beside the source where it is not given. Streams lie beside nothing: they need one.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_A_FILE, FILE_NAME_REFUSED,
 *   FILE_SEALED_ALREADY, FILE_IS_A_KEY
 */
export async function planSeal(source: Source, folder: string | undefined): Promise<PlannedSeal> {
  if (typeof source !== 'string') return planOfStream(source, folder);
  const found = await stat(source).catch((error: unknown) => {
    throw inputError(error, source);
  });
  if (!found.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file: source });
  const name = sealableName(path.basename(source));
  if (name.endsWith(ENC_ENDING) && (await isSealed(source)))
    throw new SealkeepError('FILE_SEALED_ALREADY', { file: source });
  if (name.endsWith(KEY_ENDING) && (await isKeyOfPair(source)))
    throw new SealkeepError('FILE_IS_A_KEY', { file: source });
  return { source, folder: folder ?? path.dirname(path.resolve(source)), name, size: found.size };
}

/** Whether it lies beside the sealed file that it belongs to. */
async function isKeyOfPair(key: string): Promise<boolean> {
  const sealed = await lookAtSealed(key.slice(0, -KEY_ENDING.length) + ENC_ENDING);
  return sealed !== undefined && isKeyOf(key, sealed.resourceName);
}

/** Whether it starts like a sealed file, be it damaged or too new. */
async function isSealed(file: string): Promise<boolean> {
  try {
    await readPrelude(file);
    return true;
  } catch (error) {
    if (isSealkeepError(error, 'FILE_NOT_SEALED')) return false;
    if (isSealkeepError(error, 'FILE_TOO_NEW') || isSealkeepError(error, 'FILE_DAMAGED')) return true;
    throw error;
  }
}

function planOfStream(source: StreamSource, folder: string | undefined): PlannedSeal {
  if (folder === undefined) throw new TypeError('a stream has no folder of its own');
  return { source, folder, name: sealableName(source.name), size: source.size };
}

/** Looked at before the cloud is: it would refuse all the files of a group for the name of one. */
export function sealableName(name: string): string {
  if (!fileName.safeParse(name).success) throw refusedName(name);
  return name;
}
