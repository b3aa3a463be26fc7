import { z } from 'zod';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { createHeldFolder } from '../../folders/held-folder.ts';
import type { FolderProof, Proof } from '../../jobs/proof.ts';
import type { OfferedFile } from '../file-refs.ts';
import type { PlannedFile } from './drop-plan.ts';

export interface DownloadTarget {
  readonly owner: string;
  /** As the cloud lists it. */
  readonly name: string;
  /** Opens it as well, once it is here. */
  readonly open: boolean;
}

/** A KEK whose wrapped keys are carried over. */
export interface RewrapTarget {
  readonly keyId: string;
  /** The one that wraps now. */
  readonly version: number;
  /** How many wrapped keys hung on the versions before. */
  readonly total: number;
}

/** A file and the `.enc` that was made of it, or a folder and the sealed one, by their paths. */
const sealedOriginal = z.object({
  name: z.string(),
  size: z.number().int().nonnegative(),
  path: z.string(),
  enc: z.string(),
  is_folder: z.boolean().default(false),
});
export type SealedOriginal = Readonly<z.infer<typeof sealedOriginal>>;

/** The same with its proof, which no restart outlives. */
export interface OriginalToMove extends SealedOriginal {
  readonly proof?: Proof | FolderProof | undefined;
}

export function withoutProof({ proof: _, ...file }: OriginalToMove): SealedOriginal {
  return file;
}

/** What a job is to do. */
export type JobTask =
  | { readonly kind: 'seal' | 'open' | 'upload'; readonly files: readonly PlannedFile[] }
  | { readonly kind: 'prove'; readonly files: readonly SealedOriginal[] }
  | { readonly kind: 'trash'; readonly files: readonly OriginalToMove[] }
  | ({ readonly kind: 'download' } & DownloadTarget)
  | ({ readonly kind: 'rewrap' } & RewrapTarget);

const keptFile = z.object({
  name: z.string(),
  size: z.number().int().nonnegative(),
  /** Null where the page held it, or the `.key` that came with it: such a file can't be asked for after a restart. */
  path: z.string().nullable(),
  key: z.string().optional(),
  is_sealed: z.boolean(),
  is_folder: z.boolean().default(false),
});

/** The same as it lies on disk: paths and names, no key, no token and no content. */
export const keptTask = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['seal', 'open', 'upload']), files: z.array(keptFile).min(1) }),
  z.object({ kind: z.literal('prove'), files: z.array(sealedOriginal).min(1) }),
  z.object({ kind: z.literal('trash'), files: z.array(sealedOriginal).min(1) }),
  z.object({ kind: z.literal('download'), owner: z.string(), name: z.string(), open: z.boolean() }),
  z.object({
    kind: z.literal('rewrap'),
    keyId: z.string(),
    version: z.number().int().positive(),
    total: z.number().int().nonnegative(),
  }),
]);
export type KeptTask = z.infer<typeof keptTask>;

export function keptOf(task: JobTask): KeptTask {
  if (task.kind === 'download') {
    const { kind, owner, name, open } = task;
    return { kind, owner, name, open };
  }
  if (task.kind === 'rewrap') {
    const { kind, keyId, version, total } = task;
    return { kind, keyId, version, total };
  }
  if (task.kind === 'prove') return { kind: 'prove', files: [...task.files] };
  if (task.kind === 'trash') return { kind: 'trash', files: task.files.map(withoutProof) };
  return { kind: task.kind, files: task.files.map(keptFileOf) };
}

function keptFileOf({ file, isSealed, key }: PlannedFile): z.infer<typeof keptFile> {
  const { name, size, source } = file;
  const keyPath = typeof key?.source === 'string' ? key.source : undefined;
  const isKept = typeof source === 'string' && (key === undefined || keyPath !== undefined);
  return {
    name,
    size,
    path: isKept ? source : null,
    ...(keyPath === undefined ? {} : { key: keyPath }),
    is_sealed: isSealed,
    is_folder: file.isFolder,
  };
}

export function taskOf(kept: KeptTask): JobTask {
  if (!('files' in kept) || kept.kind === 'prove' || kept.kind === 'trash') return kept;
  const files = kept.files.map(({ name, size, path, key, ...is }) => ({
    file: path === null ? lostFile(name, size, is.is_folder) : fileAt(name, size, path, is.is_folder),
    isSealed: is.is_sealed,
    key: key === undefined ? undefined : fileAt(name, 0, key),
  }));
  return { kind: kept.kind, files };
}

function fileAt(name: string, size: number, path: string, isFolder = false): OfferedFile {
  return { ref: path, name, size, source: path, isFolder, isHeld: true };
}

function lostFile(name: string, size: number, isFolder: boolean): OfferedFile {
  const open = () => Promise.reject(new SealkeepError('FILE_NOT_FOUND', { file: name }));
  const source = isFolder ? createHeldFolder(name, open).folder() : { name, size, open };
  return { ref: name, name, size, source, isFolder, isHeld: false };
}
