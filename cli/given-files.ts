import { stat } from 'node:fs/promises';
import { sideBySide } from '../agent/engine/side-by-side.ts';
import { codeOf } from '../core/durable/publish.ts';

/** What the arguments of a command are. */
export interface GivenFiles {
  readonly folders: readonly string[];
  /** All else, also what is not there: the job says what is wrong with it. */
  readonly files: readonly string[];
  /** Of each, in bytes; undefined where that is not known yet. */
  readonly sizes: ReadonlyMap<string, number | undefined>;
}

/** Looks which arguments are folders, and how large the files are. */
export async function lookAtFiles(paths: readonly string[]): Promise<GivenFiles> {
  const found = await sideBySide(paths, async (file) => ({ file, ...(await kindOf(file)) }));
  return {
    folders: found.filter(({ isFolder }) => isFolder).map(({ file }) => file),
    files: found.filter(({ isFolder }) => !isFolder).map(({ file }) => file),
    sizes: new Map(found.map(({ file, size }) => [file, size])),
  };
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
