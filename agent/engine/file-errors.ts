import path from 'node:path';
import { codeOf } from '../../core/durable/publish.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { refusedName } from '../../shared/names/refused-name.ts';
import type { SegmentFailure } from './segment-task.ts';

const INPUT_CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'FILE_NOT_FOUND',
  ENOTDIR: 'FILE_NOT_FOUND',
  EISDIR: 'FILE_NOT_A_FILE',
  ENAMETOOLONG: 'FILE_PATH_TOO_LONG',
  // What a socket answers to `open`.
  ENXIO: 'FILE_NOT_A_FILE',
};

const OUTPUT_CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'OUTPUT_NO_SPACE',
  EDQUOT: 'OUTPUT_NO_SPACE',
  // Larger than the file system lets one file be (FAT: 4 GiB): another folder helps as well.
  EFBIG: 'OUTPUT_NO_SPACE',
};

/** What stands in an argument for bytes of a name that are no UTF-8: nothing is there under such a name. */
const NO_TEXT = '\ufffd';

/** What a failed step on the file that is read means to its person. Our own errors only learn the file's name. */
export function inputError(error: unknown, file: string): unknown {
  if (isSealkeepError(error))
    return new SealkeepError(error.code, { file, ...error.details }, { cause: error.cause });
  const code = codeOf(error);
  if (code === undefined) return error;
  const unreadable = file.split(path.sep).find((step) => step.includes(NO_TEXT));
  if (code === 'ENOENT' && unreadable !== undefined)
    return new SealkeepError('FILE_NAME_REFUSED', { name: unreadable }, { cause: error });
  return new SealkeepError(INPUT_CODES[code] ?? 'FILE_NOT_READABLE', { file }, { cause: error });
}

/** The same for a step in the folder that is written to; our own errors pass as they are. */
export function outputError(error: unknown, folder: string): unknown {
  const code = isSealkeepError(error) ? undefined : codeOf(error);
  if (code === undefined) return error;
  return new SealkeepError(OUTPUT_CODES[code] ?? 'OUTPUT_NOT_WRITABLE', { folder }, { cause: error });
}

/** What a name means that the file system finds too long, though it has no more bytes than most allow. */
export function nameError(error: unknown, name: string): unknown {
  if (codeOf(error) !== 'ENAMETOOLONG') return error;
  return refusedName(name, { cause: error });
}

/**
 * What a job's failure means.
 * @param shortMeans what it is when the input ends early: a file changes while it is sealed, a sealed one is damaged.
 */
export function segmentError(
  failure: SegmentFailure,
  where: { readonly file: string; readonly folder: string; readonly original?: string },
  shortMeans: 'FILE_CHANGED' | 'FILE_DAMAGED',
): unknown {
  switch (failure.reason) {
    case 'short':
      return new SealkeepError(shortMeans, { file: where.file, segment: failure.segment });
    case 'tag':
      return new SealkeepError('FILE_DAMAGED', { file: where.file, segment: failure.segment });
    case 'differs':
      return new SealkeepError('PROOF_FAILED', {
        file: where.original ?? where.file,
        segment: failure.segment,
      });
    case 'input':
      return inputError(systemError(failure.systemCode), where.file);
    case 'original':
      return inputError(systemError(failure.systemCode), where.original ?? where.file);
    case 'output':
      return outputError(systemError(failure.systemCode), where.folder);
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code} in a segment worker`), { code });
}
