import path from 'node:path';
import { Secret } from '../../core/crypto/secret.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { MANIFEST_NAME } from '../../shared/formats/folder-manifest.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import { openSegments, streamOfFile } from '../engine/open-segments.ts';
import { openSealedStreamAgain } from '../engine/open-stream.ts';
import { type Manifest, readManifest } from '../folders/manifest-bytes.ts';
import type { ReadableFolder } from '../folders/readable-folder.ts';
import { assertProven } from './assert-proven.ts';
import { explained } from './explained.ts';
import { type InspectedFile, inspectOne } from './open-inspect.ts';
import type { JobParts } from './parts.ts';
import { type UnwrapReason, unwrapKeys } from './unwrap-keys.ts';

/** Where a sealed folder has its manifest. */
export const MANIFEST_ENC = MANIFEST_NAME + ENC_ENDING;

/** The same of one on a disk. */
export function manifestPathOf(folder: string): string {
  return path.join(folder, MANIFEST_ENC);
}

export interface OpenManifestRequest {
  readonly signal?: AbortSignal | undefined;
  /** A proof needs the `.key` that lies there: the registry's copy will not do. */
  readonly reason: Extract<UnwrapReason, 'open' | 'prove' | 'verify'>;
}

/**
 * Opens a sealed folder's manifest, in memory only. Nothing of it is given before its last segment was checked.
 * @throws SealkeepError FILE_TOO_NEW, FILE_MANIFEST_DAMAGED, FILE_TOO_LARGE, and what opening a file throws.
 */
export async function openManifest(
  parts: JobParts,
  folder: ReadableFolder,
  { signal, reason }: OpenManifestRequest,
): Promise<Manifest> {
  try {
    return await open(parts, folder, { signal, reason });
  } catch (error) {
    throw manifestError(error);
  }
}

/** Of what says of a damaged manifest no more than of any sealed file: it takes the folder with it. */
function manifestError(error: unknown): unknown {
  const isDamage = isSealkeepError(error, 'FILE_DAMAGED') || isSealkeepError(error, 'FILE_NOT_SEALED');
  return isDamage ? new SealkeepError('FILE_MANIFEST_DAMAGED', error.details, { cause: error }) : error;
}

async function open(
  parts: JobParts,
  folder: ReadableFolder,
  { signal, reason }: OpenManifestRequest,
): Promise<Manifest> {
  const plan = { source: folder.fileAt(MANIFEST_ENC), key: folder.keyOf(MANIFEST_ENC) };
  const file = await inspectOne(parts, plan, signal);
  if (reason === 'prove' && file.found.isFromRegistry)
    throw new SealkeepError('FILE_NOT_FOUND', { file: keyPathOf(file.label) });
  const [dek] = await unwrapKeys(parts, [file.found.key], reason);
  if (!(dek instanceof Secret)) throw explained(parts, file, dek);
  try {
    assertProven(parts, dek, file.found);
    // Another of the owner's files, put in its place, is none.
    if (file.found.key.name !== MANIFEST_NAME)
      throw new SealkeepError('FILE_MISPLACED', { file: file.label });
    return await readSealed(file, dek, signal);
  } catch (error) {
    throw isSealkeepError(error)
      ? new SealkeepError(error.code, { file: file.label, ...error.details }, { cause: error.cause })
      : error;
  } finally {
    dek.destroy();
  }
}

async function readSealed(
  { label, source, prelude, size }: InspectedFile,
  dek: Secret,
  signal: AbortSignal | undefined,
): Promise<Manifest> {
  const stream = typeof source === 'string' ? streamOfFile(source, size) : source;
  const sealed = await openSealedStreamAgain(stream, prelude, signal);
  try {
    return await readManifest(openSegments({ ...sealed, label, dek }));
  } finally {
    sealed.reader.close();
  }
}
