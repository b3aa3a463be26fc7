import { z } from 'zod';
import { SealkeepError } from '../errors/error.ts';
import { LIMITS } from '../limits.ts';
import { fileName } from '../names/file-name.ts';
import { folderPath } from '../names/folder-path.ts';

/** What a sealed folder's manifest is called, without the endings of its pair. */
export const MANIFEST_NAME = 'sealkeep-folder';
const FORMAT = 'sealkeep-folder';
const VERSION = 1;

/** Permission bits and nothing else: a set-user bit makes the whole manifest one that nobody of ours wrote. */
const mode = z.int().min(0).max(0o777);
/** Microseconds since 1970. */
const mtime = z.int();
const size = z.int().nonnegative();

const manifestHeader = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  name: fileName,
  mode,
  mtime,
});

const folderEntry = z.object({ kind: z.literal('folder'), path: folderPath, mode, mtime });
const fileEntry = z.object({
  kind: z.literal('file'),
  path: folderPath,
  /** Where its pair lies in the sealed folder, without the endings. */
  sealed: folderPath,
  resource_name: z.string().min(1).max(LIMITS.resourceName),
  size,
  mode,
  mtime,
});
const linkEntry = z.object({
  kind: z.literal('link'),
  path: folderPath,
  target: z.string().min(1).max(LIMITS.folderPath),
});
/** A file that was sealed already, or its `.key`. */
const keptEntry = z.object({
  kind: z.literal('kept'),
  path: folderPath,
  /** Where it lies in the sealed folder. */
  sealed: folderPath,
  size,
  mode,
  mtime,
});
const manifestEntry = z.discriminatedUnion('kind', [folderEntry, fileEntry, linkEntry, keptEntry]);

/** What the manifest's first line says of the folder itself (docs/file-format.md). */
export type ManifestHeader = Omit<z.infer<typeof manifestHeader>, 'format' | 'version'>;
/** One line each: what is in the folder. A folder comes before what is in it. */
export type ManifestEntry = z.infer<typeof manifestEntry>;
export type FileEntry = z.infer<typeof fileEntry>;
export type LinkEntry = z.infer<typeof linkEntry>;
export type KeptEntry = z.infer<typeof keptEntry>;
export type FolderEntry = z.infer<typeof folderEntry>;

export function formatManifestHeader({ name, mode, mtime }: ManifestHeader): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, name, mode, mtime })}\n`;
}

export function formatManifestEntry(entry: ManifestEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

const versionOnly = z.object({ format: z.literal(FORMAT), version: z.int() });

/** @throws SealkeepError FILE_TOO_NEW (a later version of the format) or FILE_DAMAGED. */
export function parseManifestHeader(line: string): ManifestHeader {
  return parsed(() => {
    const json: unknown = JSON.parse(line);
    const peek = versionOnly.safeParse(json);
    if (peek.success && peek.data.version > VERSION) throw new SealkeepError('FILE_TOO_NEW');
    const { name, mode, mtime } = manifestHeader.parse(json);
    return { name, mode, mtime };
  });
}

/** @throws SealkeepError FILE_DAMAGED where it is not what version 1 writes. */
export function parseManifestEntry(line: string): ManifestEntry {
  return parsed(() => manifestEntry.parse(JSON.parse(line)));
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof SealkeepError) throw cause;
    throw new SealkeepError('FILE_DAMAGED', {}, { cause });
  }
}
