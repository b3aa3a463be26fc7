import { isSealkeepError } from '../../shared/errors/error.ts';
import type { EngineDeps } from '../engine/seal-file.ts';
import { placeKeyFile } from './place-key-file.ts';

/**
 * Puts the registry's copy of a lost `.key` back beside its `.enc`, overwriting nothing. Where the folder can't be
 * written nothing is lost: the registry still has it.
 * @returns whether it is there now because of us.
 */
export async function restoreKeyFile(
  engine: Pick<EngineDeps, 'temporaries'>,
  keyPath: string,
  text: string,
): Promise<boolean> {
  try {
    return await placeKeyFile(engine, keyPath, text);
  } catch (error) {
    if (isSealkeepError(error, 'OUTPUT_NOT_WRITABLE') || isSealkeepError(error, 'OUTPUT_NO_SPACE'))
      return false;
    throw error;
  }
}
