import { chmod, constants, copyFile, lstat, open } from 'node:fs/promises';
import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { type Attributes, setAttributes } from '../engine/attributes.ts';
import { inputError, outputError } from '../engine/file-errors.ts';
import { removeTree } from '../engine/remove-tree.ts';
import type { Temporaries } from '../engine/temporaries.ts';

export interface FileToCopy {
  readonly source: string;
  readonly folder: string;
  /** Only its owner's where none are given. */
  readonly attributes?: Attributes | undefined;
}

const OUTPUT_CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']);

/**
 * Copies a plain file byte for byte into a synced temporary one; where the file system can, they share their blocks.
 * @returns its path. The caller publishes or removes it.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_A_FILE, FILE_NOT_READABLE, OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE;
 *   nothing is left then.
 */
export async function copyToTemporary(
  temporaries: Temporaries,
  { source, folder, attributes }: FileToCopy,
): Promise<string> {
  const temporary = await temporaries.nameIn(folder);
  try {
    if (!(await lstat(source)).isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file: source });
    await copyFile(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(temporary, 0o600);
    // Windows syncs only what may be written.
    const handle = await open(temporary, 'r+');
    try {
      if (attributes) await setAttributes(handle, attributes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return temporary;
  } catch (error) {
    await removeTree(temporary);
    const code = codeOf(error) ?? '';
    throw OUTPUT_CODES.has(code) ? outputError(error, folder) : inputError(error, source);
  }
}
