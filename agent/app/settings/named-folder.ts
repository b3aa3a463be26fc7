import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../../core/durable/publish.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';

/** Not hidden by their name, and yet full of what programs read by themselves or the system starts. */
const OF_PROGRAMS: ReadonlySet<string> = new Set(['appdata', 'bin', 'library', 'snap']);

export interface NamedFolderParts {
  /** The person's own folder. */
  readonly home: string;
  readonly dataFolder: string;
}

/**
 * A folder that a page names: below the person's own folder, and neither hidden nor a program's. A page that somebody
 * took over could otherwise have a file written where it is run or read. `~/` is the person's own folder.
 * @returns its path; nothing was made.
 * @throws SealkeepError OUTPUT_FOLDER_REFUSED
 */
export async function namedFolder(text: string, { home, dataFolder }: NamedFolderParts): Promise<string> {
  const folder = text.startsWith('~/') ? path.join(home, text.slice(2)) : text;
  const mayBe =
    path.isAbsolute(folder) &&
    isOpenBelow(home, folder) &&
    // Links lead elsewhere.
    isOpenBelow(await realOf(home), await realOf(folder)) &&
    below(await realOf(dataFolder), await realOf(folder)) === undefined;
  if (!mayBe) throw new SealkeepError('OUTPUT_FOLDER_REFUSED', { folder: text });
  return path.normalize(folder);
}

function isOpenBelow(home: string, folder: string): boolean {
  const names = below(home, folder);
  const [first] = names ?? [];
  if (names === undefined || first === undefined) return false;
  return !names.some((name) => name.startsWith('.')) && !OF_PROGRAMS.has(first.toLowerCase());
}

/** @returns the names that lead from one to the other; undefined where that does not lie there. */
function below(folder: string, inner: string): string[] | undefined {
  const way = path.relative(folder, inner);
  const names = way.split(path.sep).filter(Boolean);
  return path.isAbsolute(way) || names[0] === '..' ? undefined : names;
}

/** Where it lies, or will once it is made. */
async function realOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
    if (!isMissing || parent === folder) return folder;
    return path.join(await realOf(parent), path.basename(folder));
  }
}
