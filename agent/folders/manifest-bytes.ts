import { Readable } from 'node:stream';
import { setImmediate as breath } from 'node:timers/promises';
import { SealkeepError } from '../../shared/errors/error.ts';
import {
  type FileEntry,
  type FolderEntry,
  formatManifestEntry,
  formatManifestHeader,
  type KeptEntry,
  type LinkEntry,
  MANIFEST_NAME,
  type ManifestEntry,
  type ManifestHeader,
  parseManifestEntry,
  parseManifestHeader,
} from '../../shared/formats/folder-manifest.ts';
import { LIMITS } from '../../shared/limits.ts';
import type { StreamSource } from '../engine/source.ts';
import { createPackedEntries, type PackedEntries } from './packed-entries.ts';
import { createTreeCheck } from './tree-check.ts';

/** Lines that are written or read at a stretch: others may want the main thread too. */
const LINES_AT_ONCE = 200;
/** More than a path, a target and all other fields can take, escaped. */
const MAX_LINE = 64 * 1024;

/** What a manifest may hold at most. */
export interface ManifestLimits {
  /** Bytes. */
  readonly folderManifest: number;
  readonly folderEntries: number;
}

/** What a manifest lists, by kind. */
export interface Listed {
  /** A folder before what is in it. */
  readonly folders: readonly FolderEntry[];
  readonly files: PackedEntries<FileEntry>;
  /** Of those, in bytes. */
  readonly fileBytes: number;
  readonly kept: readonly KeptEntry[];
  readonly links: readonly LinkEntry[];
}

export interface Manifest extends Listed {
  readonly header: ManifestHeader;
}

/** All that a manifest lists, a folder before what is in it. */
export function* entriesOf({ folders, files, kept, links }: Listed): Generator<ManifestEntry> {
  yield* folders;
  yield* files;
  yield* kept;
  yield* links;
}

/** Where a manifest says that things lie in the sealed folder: pairs without their endings, and what was kept. */
export function* placesOf({ files, kept }: Listed): Generator<string> {
  for (const { sealed } of files) yield sealed;
  for (const { sealed } of kept) yield sealed;
}

/**
 * A manifest as a file that is nowhere as a whole: its lines are made while it is sealed, and never lie in clear on a disk.
 * @param entries are gone through twice, as its size is to be known first.
 * @throws SealkeepError FILE_TOO_LARGE, which would not be read again.
 */
export async function manifestSource(
  header: ManifestHeader,
  entries: Iterable<ManifestEntry>,
  limits: ManifestLimits = LIMITS,
): Promise<StreamSource> {
  let size = 0;
  for await (const lines of linesFor(header, entries, limits)) {
    size += Buffer.byteLength(lines);
    if (size > limits.folderManifest) throw new SealkeepError('FILE_TOO_LARGE', { file: header.name });
  }
  const open = async () => Readable.from(linesFor(header, entries, limits), { objectMode: false });
  return { name: MANIFEST_NAME, size, open };
}

async function* linesFor(
  header: ManifestHeader,
  entries: Iterable<ManifestEntry>,
  { folderEntries }: ManifestLimits,
): AsyncGenerator<string> {
  let [lines, count] = [[formatManifestHeader(header)], 0];
  for (const entry of entries) {
    lines.push(formatManifestEntry(entry));
    count += 1;
    if (count > folderEntries) throw new SealkeepError('FILE_TOO_LARGE', { file: header.name });
    if (count % LINES_AT_ONCE !== 0) continue;
    yield lines.join('');
    lines = [];
    await breath();
  }
  yield lines.join('');
}

/**
 * Reads a manifest from its checked plaintext.
 * @throws SealkeepError FILE_TOO_NEW, FILE_DAMAGED, FILE_TOO_LARGE, and whatever `segments` throws. What was read before
 *   the last segment came is thrown away then.
 */
export async function readManifest(
  segments: AsyncIterable<readonly Buffer[]>,
  limits: ManifestLimits = LIMITS,
): Promise<Manifest> {
  let header: ManifestHeader | undefined;
  const [folders, kept, links]: [FolderEntry[], KeptEntry[], LinkEntry[]] = [[], [], []];
  const files = createPackedEntries<FileEntry>();
  const assertFits = createTreeCheck();
  let [count, fileBytes] = [0, 0];
  for await (const line of linesOf(segments, limits)) {
    if (!header) {
      header = parseManifestHeader(line);
      continue;
    }
    const entry = parseManifestEntry(line);
    assertFits(entry);
    if (entry.kind === 'folder') folders.push(entry);
    else if (entry.kind === 'kept') kept.push(entry);
    else if (entry.kind === 'link') links.push(entry);
    else {
      files.add(entry);
      fileBytes += entry.size;
    }
    count += 1;
    if (count > limits.folderEntries) throw new SealkeepError('FILE_TOO_LARGE');
    if (count % LINES_AT_ONCE === 0) await breath();
  }
  if (!header) throw new SealkeepError('FILE_DAMAGED');
  return { header, folders, files, fileBytes, kept, links };
}

/** Each ends with a line feed, the last one too. */
async function* linesOf(
  segments: AsyncIterable<readonly Buffer[]>,
  { folderManifest }: ManifestLimits,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let [rest, bytes] = ['', 0];
  for await (const pieces of segments) {
    for (const piece of pieces) {
      bytes += piece.length;
      if (bytes > folderManifest) throw new SealkeepError('FILE_TOO_LARGE');
      const lines = (rest + decoded(decoder, piece)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (rest.length > MAX_LINE) throw new SealkeepError('FILE_DAMAGED');
    }
  }
  if (rest + decoded(decoder) !== '') throw new SealkeepError('FILE_DAMAGED');
}

function decoded(decoder: InstanceType<typeof TextDecoder>, piece?: Buffer): string {
  try {
    return decoder.decode(piece, { stream: piece !== undefined });
  } catch (cause) {
    throw new SealkeepError('FILE_DAMAGED', {}, { cause });
  }
}
