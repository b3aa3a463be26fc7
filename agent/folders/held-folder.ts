import type { Readable } from 'node:stream';
import type { HeldEntry } from '../../shared/bridge/held-entry.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { LIMITS } from '../../shared/limits.ts';
import { fileName } from '../../shared/names/file-name.ts';
import { isFolderPath, joinSteps, parentOf } from '../../shared/names/folder-path.ts';
import { refusedName } from '../../shared/names/refused-name.ts';
import type { StreamSource } from '../engine/source.ts';

/** What its holder told of a file. */
interface HeldFile {
  readonly size: number;
  /** Microseconds since 1970. */
  readonly mtime: number;
}

/** Something that its holder could not give, or that no file system would take. */
interface Unheld {
  readonly path: string;
  readonly error: SealkeepError;
}

/**
 * A folder that somebody else holds, as a page does: its tree was told as a whole, and each file is asked for when its turn
 * comes. Its `size` is that of all files. As a file it can't be read.
 */
export interface HeldFolder extends StreamSource {
  /** By their paths, a folder before what is in it; null is a folder. */
  readonly entries: ReadonlyMap<string, HeldFile | null>;
  readonly unheld: readonly Unheld[];
  /** One that is not there fails with FILE_NOT_FOUND when it is opened. */
  fileAt(inside: string): StreamSource;
}

/** @param upTo as of `StreamSource.open`. */
export type OpenHeld = (inside: string, size: number, upTo?: number) => Promise<Readable>;

/** A held folder whose tree is being told. */
export interface HeldFolderDraft {
  /**
   * A folder is told before what is in it.
   * @throws SealkeepError REQUEST_INVALID where that is no tree, FILE_TOO_LARGE where it is more than anybody holds.
   */
  add(entries: readonly HeldEntry[]): void;
  /** As told so far. */
  folder(): HeldFolder;
}

/** @param open asks the holder for a file that it told of. */
export function createHeldFolder(name: string, open: OpenHeld): HeldFolderDraft {
  const entries = new Map<string, HeldFile | null>();
  const unheld: Unheld[] = [];
  let size = 0;

  function addOne(entry: HeldEntry): void {
    const { path } = entry;
    const file = joinSteps(name, path);
    const unreadable =
      entry.kind === 'unreadable' ? new SealkeepError('FILE_NOT_READABLE', { file }) : undefined;
    const error = unfitness(path, file) ?? unreadable;
    if (error) return void unheld.push({ path, error });
    const parent = parentOf(path);
    const isInTree = parent === '' || entries.get(parent) === null;
    if (!isInTree || entries.has(path))
      throw new SealkeepError('REQUEST_INVALID', { reason: 'what was told is no tree' });
    if (entry.kind !== 'file') return void entries.set(path, null);
    entries.set(path, { size: entry.size, mtime: entry.mtime });
    size += entry.size;
  }

  return {
    add(more) {
      for (const entry of more) addOne(entry);
      if (entries.size + unheld.length > LIMITS.heldEntries)
        throw new SealkeepError('FILE_TOO_LARGE', { file: name });
    },
    folder: () => ({
      ...{ name, size, entries, unheld },
      open: () => Promise.reject(new SealkeepError('FILE_IS_A_FOLDER', { file: name })),
      fileAt(inside) {
        const file = entries.get(inside);
        const label = joinSteps(name, inside);
        const notFound = () => Promise.reject(new SealkeepError('FILE_NOT_FOUND', { file: label }));
        return file
          ? { name: label, size: file.size, open: (upTo) => open(inside, file.size, upTo) }
          : { name: label, size: 0, open: notFound };
      },
    }),
  };
}

/** The rules are those of a manifest's paths; and nobody means a tree so deep. */
function unfitness(path: string, file: string): SealkeepError | undefined {
  const steps = path.split('/');
  const unfit = steps.find((step) => !fileName.safeParse(step).success);
  if (unfit !== undefined) return refusedName(unfit);
  if (!isFolderPath(path) || steps.length > LIMITS.heldDepth)
    return new SealkeepError('FILE_PATH_TOO_LONG', { file });
  return undefined;
}
