import { Readable } from 'node:stream';
import { setImmediate as breath } from 'node:timers/promises';
import { SealkeepError } from '../../shared/errors/error.ts';
import {
  formatManifestEntry,
  formatManifestHeader,
  MANIFEST_NAME,
  type ManifestEntry,
  type ManifestHeader,
  parseManifestEntry,
  parseManifestHeader,
} from '../../shared/formats/folder-manifest.ts';
import { LIMITS } from '../../shared/limits.ts';
import type { StreamSource } from '../engine/source.ts';

/** Lines that are written or read at a stretch: others may want the main thread too. */
const LINES_AT_ONCE = 500;
/** More than a path, a target and all other fields can take, escaped. */
const MAX_LINE = 64 * 1024;

export interface Manifest {
  readonly header: ManifestHeader;
  readonly entries: readonly ManifestEntry[];
}

/**
 * A manifest as a file that is only in memory: it is to be sealed from there, and never lies in clear on a disk.
 * @throws SealkeepError FILE_TOO_LARGE, which would not be read again.
 */
export async function manifestSource(
  header: ManifestHeader,
  entries: Iterable<ManifestEntry>,
): Promise<StreamSource> {
  const chunks: Buffer[] = [];
  let [lines, count, size] = [[formatManifestHeader(header)], 0, 0];
  const take = () => {
    const chunk = Buffer.from(lines.join(''));
    chunks.push(chunk);
    size += chunk.length;
    lines = [];
    if (size > LIMITS.folderManifest || count > LIMITS.folderEntries)
      throw new SealkeepError('FILE_TOO_LARGE', { file: header.name });
  };
  for (const entry of entries) {
    lines.push(formatManifestEntry(entry));
    count += 1;
    if (lines.length < LINES_AT_ONCE) continue;
    take();
    await breath();
  }
  take();
  return { name: MANIFEST_NAME, size, open: async () => Readable.from(chunks, { objectMode: false }) };
}

/**
 * Reads a manifest from its checked plaintext.
 * @throws SealkeepError FILE_TOO_NEW, FILE_DAMAGED, FILE_TOO_LARGE, and whatever `segments` throws. What was read before
 *   the last segment came is thrown away then.
 */
export async function readManifest(segments: AsyncIterable<readonly Buffer[]>): Promise<Manifest> {
  let header: ManifestHeader | undefined;
  const entries: ManifestEntry[] = [];
  for await (const line of linesOf(segments)) {
    if (header) entries.push(parseManifestEntry(line));
    else header = parseManifestHeader(line);
    if (entries.length > LIMITS.folderEntries) throw new SealkeepError('FILE_TOO_LARGE');
    if (entries.length % LINES_AT_ONCE === 0) await breath();
  }
  if (!header) throw new SealkeepError('FILE_DAMAGED');
  return { header, entries };
}

/** Each ends with a line feed, the last one too. */
async function* linesOf(segments: AsyncIterable<readonly Buffer[]>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let [rest, bytes] = ['', 0];
  for await (const pieces of segments) {
    for (const piece of pieces) {
      bytes += piece.length;
      if (bytes > LIMITS.folderManifest) throw new SealkeepError('FILE_TOO_LARGE');
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
