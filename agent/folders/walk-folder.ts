import type { Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING, fileName } from '../../shared/names/file-name.ts';
import { isFolderPath, joinSteps } from '../../shared/names/folder-path.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import { refusedName } from '../../shared/names/refused-name.ts';
import { type Attributes, attributesOf } from '../engine/attributes.ts';
import { inputError } from '../engine/file-errors.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { isTemporaryName } from '../engine/temporaries.ts';
import { isKeyOf, lookAtSealed } from './look-at-sealed.ts';

/** What lies in a folder, by its path there. `kept` are files that are sealed already, and their `.key`s. */
export type FoundEntry = FoundSubfolder | FoundFile | FoundLink;

export interface FoundSubfolder {
  readonly kind: 'folder';
  readonly path: string;
  readonly attributes: Attributes;
}

export interface FoundLink {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
}

export interface FoundFile {
  readonly kind: 'file' | 'kept';
  readonly path: string;
  readonly size: number;
  readonly attributes: Attributes;
}

/** Names of one folder that are looked at together: more would only take memory. */
const NAMES_AT_ONCE = 200;

export interface WalkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Also what jobs have not finished, which is nobody's. */
  readonly withTemporaries?: boolean;
  /** Told of everything that can't be taken along. */
  leaveOut(file: string, error: SealkeepError): void;
}

/**
 * Walks a folder: a folder before what is in it, names in the order of their bytes. No link is followed.
 * @throws SealkeepError JOB_CANCELLED
 */
export async function* walkFolder(root: string, options: WalkOptions): AsyncGenerator<FoundEntry> {
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (options.signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
    const below: string[] = [];
    for await (const entry of entriesOf(root, folder, options)) {
      if (entry.kind === 'folder') below.push(entry.path);
      yield entry;
    }
    for (const found of below.reverse()) folders.push(found);
  }
}

async function* entriesOf(root: string, folder: string, options: WalkOptions): AsyncGenerator<FoundEntry> {
  const full = path.join(root, folder);
  const names = await namesIn(full, options);
  const keys = new Map<string, string | undefined>();
  for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
    if (options.signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
    const found = await sideBySide(names.slice(start, start + NAMES_AT_ONCE), async (bytes) => {
      const name = nameOf(bytes, full, options);
      if (name === undefined || (isTemporaryName(name) && !options.withTemporaries)) return undefined;
      const inside = joinSteps(folder, name);
      return leavingOut(path.join(root, inside), options, (file) => entryOf(file, inside));
    });
    yield* await keepSealed(
      root,
      found.filter((entry) => entry !== undefined),
      keys,
    );
  }
}

async function leavingOut<T>(
  file: string,
  { leaveOut }: WalkOptions,
  look: (file: string) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await look(file);
  } catch (error) {
    const known = inputError(error, file);
    if (!isSealkeepError(known)) throw known;
    leaveOut(file, known);
    return undefined;
  }
}

/** @returns names in the order of their bytes, each byte as one character: a buffer for each takes ten times as much. */
async function namesIn(folder: string, options: WalkOptions): Promise<string[]> {
  const names = await leavingOut(folder, options, () => readdir(folder, { encoding: 'latin1' }));
  return names?.sort() ?? [];
}

/** Names are bytes: what is no UTF-8 would come back as another name, or as none. */
function nameOf(name: string, folder: string, { leaveOut }: WalkOptions): string | undefined {
  const bytes = Buffer.from(name, 'latin1');
  const text = textOf(bytes);
  if (text !== undefined) return text;
  const shown = bytes.toString('utf8');
  leaveOut(path.join(folder, shown), new SealkeepError('FILE_NAME_REFUSED', { name: shown }));
  return undefined;
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function entryOf(file: string, inside: string): Promise<FoundEntry> {
  assertPath(file, inside);
  const found = await lstat(file);
  if (found.isSymbolicLink()) return linkOf(file, inside);
  if (found.isDirectory()) return { kind: 'folder', path: inside, attributes: attributesOf(found) };
  // A named pipe, a socket, a device.
  if (!found.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file });
  return fileOf(inside, found);
}

/** Its folder's path was looked at before. */
function assertPath(file: string, inside: string): void {
  if (isFolderPath(inside)) return;
  const name = path.basename(file);
  if (!fileName.safeParse(name).success) throw refusedName(name);
  throw new SealkeepError('FILE_PATH_TOO_LONG', { file });
}

function fileOf(inside: string, found: Stats): FoundFile {
  return { kind: 'file', path: inside, size: found.size, attributes: attributesOf(found) };
}

async function linkOf(file: string, inside: string): Promise<FoundEntry> {
  const target = textOf(await readlink(file, { encoding: 'buffer' }));
  if (target === undefined) throw new SealkeepError('FILE_LINK_LEAVES', { file });
  return { kind: 'link', path: inside, target };
}

/**
 * Marks what is sealed already in one folder: a `.enc` that looks so, and a `.key` that says that it is this one's.
 * @param keys what `.key`s are to say, by their paths, of the `.enc`s that were found: one comes after its `.enc`, maybe
 *   with the next names.
 */
async function keepSealed(
  root: string,
  entries: readonly FoundEntry[],
  keys: Map<string, string | undefined>,
): Promise<FoundEntry[]> {
  const files = entries.filter(({ kind }) => kind === 'file').map(({ path: inside }) => inside);
  const kept = new Set<string>();
  await sideBySide(
    files.filter((inside) => inside.endsWith(ENC_ENDING)),
    async (inside) => {
      const sealed = await lookAtSealed(path.join(root, inside));
      if (!sealed) return;
      kept.add(inside);
      keys.set(keyPathOf(inside), sealed.resourceName);
    },
  );
  await sideBySide(
    files.filter((inside) => keys.has(inside)),
    async (inside) => {
      if (await isKeyOf(path.join(root, inside), keys.get(inside))) kept.add(inside);
      keys.delete(inside);
    },
  );
  return entries.map((entry) =>
    entry.kind === 'file' && kept.has(entry.path) ? { ...entry, kind: 'kept' } : entry,
  );
}
