import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import { fileName } from '../../shared/names/file-name.ts';
import { inputError } from '../engine/file-errors.ts';
import type { Source, StreamSource } from '../engine/source.ts';

/** A file to seal, before its key is there. */
export interface PlannedSeal {
  readonly source: Source;
  /** Where the pair goes. */
  readonly folder: string;
  readonly name: string;
  /** Plaintext bytes. */
  readonly size: number;
}

/**
 * @param folder where the pair goes; beside the source where it is not given. Streams lie beside nothing: they need one.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_A_FILE, FILE_NAME_REFUSED
 */
export async function planSeal(source: Source, folder: string | undefined): Promise<PlannedSeal> {
  if (typeof source !== 'string') return planOfStream(source, folder);
  const found = await stat(source).catch((error: unknown) => {
    throw inputError(error, source);
  });
  if (!found.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file: source });
  const name = sealableName(path.basename(source));
  return { source, folder: folder ?? path.dirname(path.resolve(source)), name, size: found.size };
}

function planOfStream(source: StreamSource, folder: string | undefined): PlannedSeal {
  if (folder === undefined) throw new TypeError('a stream has no folder of its own');
  return { source, folder, name: sealableName(source.name), size: source.size };
}

/** Looked at before the cloud is: it would refuse all the files of a group for the name of one. */
function sealableName(name: string): string {
  if (!fileName.safeParse(name).success) throw new SealkeepError('FILE_NAME_REFUSED', { name });
  return name;
}
