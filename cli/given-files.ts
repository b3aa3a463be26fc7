import { lstat, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { sideBySide } from '../agent/engine/side-by-side.ts';
import { codeOf } from '../core/durable/publish.ts';
import { usage } from './commands/file-options.ts';

/** What the arguments of a command are. */
export interface GivenFiles {
  readonly folders: readonly string[];
  /** All else, also what is not there: the job says what is wrong with it. */
  readonly files: readonly string[];
  /** Of each, in bytes; undefined where that is not known yet. */
  readonly sizes: ReadonlyMap<string, number | undefined>;
}

/** Looks which arguments are folders, and how large the files are. @throws SealkeepError USAGE */
export async function lookAtFiles(paths: readonly string[]): Promise<GivenFiles> {
  if (paths.includes('')) throw usage('An argument is empty; a file has a name.');
  const found = await sideBySide(paths, async (file) => ({ file, ...(await kindOf(file)) }));
  return {
    folders: found.filter(({ isFolder }) => isFolder).map(({ file }) => file),
    files: found.filter(({ isFolder }) => !isFolder).map(({ file }) => file),
    sizes: new Map(found.map(({ file, size }) => [file, size])),
  };
}

/**
 * Looks before anything is sealed whether the originals could go to the trash afterwards.
 * @throws SealkeepError USAGE for a link: it is what it leads to that is sealed, and the link that would go.
 */
export async function assertNoLinks(paths: readonly string[]): Promise<void> {
  for (const file of paths) {
    // What is not there is the job's to say.
    const found = await lstat(file).catch((error: unknown) => {
      if (codeOf(error) === undefined) throw error;
    });
    if (found?.isSymbolicLink())
      throw usage(`${file} is a link, and --trash moves files and folders only. Name what it leads to.`);
  }
}

/**
 * What is named twice is named once, however it is written: the first way is kept. A link and what it leads to are two, as are
 * hard links: each has a name of its own, and a pair of that name.
 */
export async function withoutRepeats(paths: readonly string[]): Promise<readonly string[]> {
  const places = new Map<string, string>();
  const placed = await sideBySide(paths, async (file) => ({ file, place: await placeOf(file) }));
  for (const { file, place } of placed) if (!places.has(place)) places.set(place, file);
  return [...places.values()];
}

/** The folder may have several paths. One that can't be followed is the job's to say. */
async function placeOf(file: string): Promise<string> {
  const full = path.resolve(file);
  try {
    return path.join(await realpath(path.dirname(full)), path.basename(full));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return full;
  }
}

async function kindOf(file: string): Promise<{ readonly isFolder: boolean; readonly size?: number }> {
  try {
    const found = await stat(file);
    return { isFolder: found.isDirectory(), ...(found.isFile() ? { size: found.size } : {}) };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { isFolder: false };
  }
}
