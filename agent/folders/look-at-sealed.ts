import { isSealkeepError } from '../../shared/errors/error.ts';
import { readPreludeOf } from '../engine/open-stream.ts';
import { readKeyOf } from '../engine/read-key-file.ts';
import type { Source } from '../engine/source.ts';

interface LooksSealed {
  /** Undefined where it is damaged or too new. */
  readonly resourceName: string | undefined;
}

/** @returns undefined where it does not start like a sealed file. */
export async function lookAtSealed(enc: Source, signal?: AbortSignal): Promise<LooksSealed | undefined> {
  try {
    return { resourceName: (await readPreludeOf(enc, signal)).prelude.header.resource_name };
  } catch (error) {
    if (!isSealkeepError(error)) throw error;
    const isDamaged = error.code === 'FILE_TOO_NEW' || error.code === 'FILE_DAMAGED';
    return isDamaged ? { resourceName: undefined } : undefined;
  }
}

/** Other programs call their own secrets so: what is not known to be a `.key` of ours is sealed like any file. */
export async function isKeyOf(file: Source, resourceName: string | undefined): Promise<boolean> {
  try {
    const key = await readKeyOf(file);
    return key !== undefined && key.resource_name === resourceName;
  } catch (error) {
    if (!isSealkeepError(error)) throw error;
    return false;
  }
}
