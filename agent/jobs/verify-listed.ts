import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { inputError } from '../engine/file-errors.ts';
import { inBreaths } from '../engine/in-breaths.ts';
import { folderOfDisk } from '../folders/readable-folder.ts';
import { manifestPathOf, openManifest } from './open-manifest.ts';
import type { JobParts } from './parts.ts';
import { attempt, attemptEach, type Failures } from './report.ts';

export interface VerifyListedRequest {
  /** The sealed folder. */
  readonly folder: string;
  /** Each `.enc` that was looked at, with its resource; undefined where what is wrong with it was told. */
  readonly seen: ReadonlyMap<string, string | undefined>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares a sealed folder with its manifest: each file that it lists has to be there, and be the one that it lists. What
 * is not is reported, with what an opening would say of it. The manifest's own damage was told of it as of any file.
 */
export async function verifyListed(
  parts: JobParts,
  { folder, seen, signal }: VerifyListedRequest,
  report: Failures,
): Promise<void> {
  const manifest = await attempt(report, folder, async () => {
    const file = manifestPathOf(folder);
    if (!seen.has(file)) throw new SealkeepError('FILE_MANIFEST_MISSING', { file: folder });
    return seen.get(file) === undefined
      ? undefined
      : openManifest(parts, folderOfDisk(folder), { signal, reason: 'verify' });
  });
  if (!manifest) return;
  for await (const some of inBreaths(manifest.files)) {
    for (const { sealed, resource_name: resourceName } of some) {
      const file = path.join(folder, sealed + ENC_ENDING);
      const found = seen.get(file) ?? resourceName;
      if (!seen.has(file)) report.failed(file, new SealkeepError('FILE_NOT_FOUND', { file }));
      else if (found !== resourceName) report.failed(file, new SealkeepError('FILE_MISPLACED', { file }));
    }
  }
  const kept = manifest.kept.map(({ sealed }) => path.join(folder, sealed));
  await attemptEach(report, kept, (file) => file, assertThere);
}

async function assertThere(file: string): Promise<void> {
  const found = await lstat(file).catch((error: unknown) => {
    throw inputError(error, file);
  });
  if (!found.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file });
}
