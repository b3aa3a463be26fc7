import { lstat, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';

/** How standard input is written among the arguments. */
export const STANDARD_INPUT = '-';

const MOST_JOBS = 64;
/** Also of a machine with one core: one thread waits for the disk while the other computes. */
const DEFAULT_JOBS = 2;

/** @throws SealkeepError OUTPUT_FOLDER_MISSING, FILE_NOT_A_FOLDER, OUTPUT_NOT_WRITABLE */
export async function outputFolder(option: string | undefined): Promise<string | undefined> {
  if (option === undefined) return undefined;
  const folder = path.resolve(option);
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (cause) {
    const code = codeOf(cause);
    if (code === undefined) throw cause;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new SealkeepError(
      isMissing ? 'OUTPUT_FOLDER_MISSING' : 'OUTPUT_NOT_WRITABLE',
      { folder },
      { cause },
    );
  }
  throw new SealkeepError('FILE_NOT_A_FOLDER', { file: folder });
}

/**
 * `--jobs`.
 * @param cores of this machine: more threads than that gain nothing, and each takes memory.
 * @throws SealkeepError USAGE
 */
export function parseJobs(option: string | undefined, cores = availableParallelism()): number | undefined {
  if (option === undefined) return undefined;
  const jobs = /^\d{1,3}$/.test(option) ? Number(option) : 0;
  if (jobs >= 1 && jobs <= MOST_JOBS) return Math.min(jobs, Math.max(DEFAULT_JOBS, cores));
  throw new SealkeepError('USAGE', { reason: `--jobs is a whole number from 1 to ${MOST_JOBS}.` });
}

/** Options that a command with files may have. */
export interface FileOptions {
  readonly out?: string;
  readonly name?: string;
  readonly keyfile?: string;
  readonly trash?: true;
}

/**
 * Whether a command stands in a pipe: `-` in place of files, which goes with other options.
 * @throws SealkeepError USAGE where arguments and options do not go together.
 */
export function isPiped(files: readonly string[], options: FileOptions): boolean {
  const { out, name, keyfile, trash } = options;
  if (!files.includes(STANDARD_INPUT)) {
    if (name !== undefined) throw usage('--name is for -, which is standard input.');
    if (keyfile !== undefined) throw usage('--keyfile is for -, which is standard input.');
    return false;
  }
  if (files.length > 1) throw usage('- stands alone; a file that is called so is ./-');
  if (out !== undefined) throw usage('- goes to standard output, and --out is for files.');
  if (trash) throw usage('- has no file that could go to the trash.');
  return true;
}

/** @throws SealkeepError USAGE where standard input is a person's keyboard. */
export function assertPipe(
  { isInputTerminal }: { readonly isInputTerminal: boolean },
  example: string,
): void {
  if (isInputTerminal)
    throw usage(`- reads standard input, which is this terminal. Give it a file or a pipe: ${example}`);
}

/** Looked at before anything is sealed. @throws SealkeepError OUTPUT_TAKEN */
export async function assertFree(file: string): Promise<void> {
  try {
    await lstat(file);
  } catch (error) {
    // Whatever else is wrong with the place, writing there says it.
    if (codeOf(error) === undefined) throw error;
    return;
  }
  throw new SealkeepError('OUTPUT_TAKEN', { file });
}

export function usage(reason: string): SealkeepError {
  return new SealkeepError('USAGE', { reason });
}
