import { stat } from 'node:fs/promises';
import path from 'node:path';
import { lstatOrNothing } from '../../core/durable/lstat.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { joinSteps } from '../../shared/names/folder-path.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import { type Attributes, attributesOf } from '../engine/attributes.ts';
import { inputError } from '../engine/file-errors.ts';
import type { Source } from '../engine/source.ts';
import { foldersBehindLinks } from './behind-links.ts';
import type { HeldFolder } from './held-folder.ts';
import { type FoundEntry, type WalkOptions, walkFolder } from './walk-folder.ts';
import { HELD_MODES, walkHeld } from './walk-held.ts';

/** What a folder's job reads: a folder by its path, or one that somebody else holds. */
export type FolderSource = string | HeldFolder;

/** A folder as its job reads it, wherever it lies. */
export interface ReadableFolder {
  /** The last step of its path. */
  readonly name: string;
  /** How errors and reports of what is in it name a path there; the empty one is the folder itself. */
  labelOf(inside: string): string;
  /** @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_A_FOLDER */
  attributes(): Promise<Attributes>;
  walk(options: WalkOptions): AsyncIterable<FoundEntry>;
  /** A file in it, which may be missing: reading says so. */
  fileAt(inside: string): Source;
  /** Whether a plain file lies there itself, and no link to one. @throws SealkeepError FILE_NOT_READABLE */
  hasFile(inside: string): Promise<boolean>;
  /** Which paths lead through a link: as `foldersBehindLinks`. */
  behindLinks(paths: Iterable<string>): Promise<ReadonlyMap<string, string>>;
  /** The `.key` of a `.enc` in it; undefined where it lies beside that on a disk, or there is none. */
  keyOf(enc: string): Source | undefined;
}

/** How reports name a folder. */
export function folderLabel(source: FolderSource): string {
  return typeof source === 'string' ? source : source.name;
}

/** The folder in which something is to be made of it: beside it where none is given, which a held one has not. */
export function parentFor(source: FolderSource, given: string | undefined): string {
  if (given !== undefined) return path.resolve(given);
  if (typeof source !== 'string') throw new TypeError('a held folder lies beside nothing');
  return path.dirname(path.resolve(source));
}

/** @param now is when a folder was changed whose holder can't tell. */
export function readableFolder(source: FolderSource, now: Date): ReadableFolder {
  return typeof source === 'string' ? folderOfDisk(path.resolve(source)) : folderOfHolder(source, now);
}

/** @param root an absolute path. */
export function folderOfDisk(root: string): ReadableFolder {
  const fileAt = (inside: string) => path.join(root, inside);
  return {
    name: path.basename(root),
    labelOf: fileAt,
    async attributes() {
      const found = await stat(root).catch((error: unknown) => {
        throw inputError(error, root);
      });
      if (!found.isDirectory()) throw new SealkeepError('FILE_NOT_A_FOLDER', { file: root });
      return attributesOf(found);
    },
    walk: (options) => walkFolder(root, options),
    fileAt,
    async hasFile(inside) {
      const file = fileAt(inside);
      const found = await lstatOrNothing(file).catch((error: unknown) => {
        throw inputError(error, file);
      });
      return found?.isFile() ?? false;
    },
    behindLinks: (paths) => foldersBehindLinks(root, paths),
    keyOf: () => undefined,
  };
}

function folderOfHolder(folder: HeldFolder, now: Date): ReadableFolder {
  const mtime = now.getTime() * 1000;
  return {
    name: folder.name,
    labelOf: (inside) => (inside === '' ? folder.name : joinSteps(folder.name, inside)),
    attributes: async () => ({ mode: HELD_MODES.folder, mtime }),
    walk: (options) => walkHeld(folder, mtime, options),
    fileAt: folder.fileAt,
    hasFile: async (inside) => Boolean(folder.entries.get(inside)),
    behindLinks: async () => new Map(),
    keyOf(enc) {
      const key = keyPathOf(enc);
      return folder.entries.get(key) ? folder.fileAt(key) : undefined;
    },
  };
}
