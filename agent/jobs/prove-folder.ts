import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { FileEntry, KeptEntry } from '../../shared/formats/folder-manifest.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { parentOf } from '../../shared/names/folder-path.ts';
import { inputError } from '../engine/file-errors.ts';
import { identityAt } from '../engine/file-identity.ts';
import { inBreaths } from '../engine/in-breaths.ts';
import { assertSameBytes } from '../engine/same-bytes.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { assertListed } from '../folders/assert-listed.ts';
import { assertOutside } from '../folders/assert-outside.ts';
import { type Manifest, placesOf } from '../folders/manifest-bytes.ts';
import { folderOfDisk } from '../folders/readable-folder.ts';
import { assertSameTree, treeIdentityAt } from '../folders/tree-identity.ts';
import { createFolderReport, type FolderReport } from './folder-report.ts';
import { openManifest } from './open-manifest.ts';
import type { JobParts } from './parts.ts';
import type { FolderProof } from './proof.ts';
import { proveFiles } from './prove-files.ts';
import { attempt, type JobReport, msSince } from './report.ts';

/** A folder, and the sealed folder that was made of it. */
export interface FolderToProve {
  readonly original: string;
  readonly sealed: string;
  readonly signal?: AbortSignal | undefined;
}

/** How a proof tells of a folder, which ends with exactly one of `proved` and `failed`. */
export interface FolderProofReport extends Pick<JobReport, 'failed' | 'progress'> {
  proved(proof: FolderProof): void;
}

/**
 * Proves that a sealed folder opens to the original as it is now: reads its manifest and all its pairs from disk, has the
 * KMS unwrap the keys that lie there, and compares every byte of every file, and names, links, empty folders, permissions
 * and times. What was sealed before and left as it was has to lie there as well, byte for byte. Anything in the original
 * that the manifest does not list fails it, as does anything that changes meanwhile. Writes nothing.
 */
export async function proveFolder(
  parts: JobParts,
  request: FolderToProve,
  report: FolderProofReport,
): Promise<void> {
  // Without a login the job fails once.
  await parts.login.tokens();
  const { original } = request;
  const folderReport = createFolderReport(original, report);
  const proof = await attempt(report, original, () => prove(parts, request, folderReport));
  if (proof) report.proved(proof);
}

async function prove(
  parts: JobParts,
  { signal, ...request }: FolderToProve,
  report: FolderReport,
): Promise<FolderProof> {
  const startedAt = performance.now();
  const original = path.resolve(request.original);
  const sealed = path.resolve(request.sealed);
  await assertOutside(sealed, original);
  await assertOutside(parts.dataFolder, original);
  const seen = {
    original: await treeIdentityAt(original, signal),
    sealed: await treeIdentityAt(sealed, signal),
  };
  const manifest = await openManifest(parts, folderOfDisk(sealed), { signal, reason: 'prove' });
  const { files, fileBytes, kept } = manifest;
  await assertListed(original, manifest, signal);
  await assertOwnFolders(sealed, manifest);
  report.expect(fileBytes);
  const segments = await proveListed(parts, { original, sealed, files, signal }, report);
  await sideBySide(kept, (entry) => compareKept({ original, sealed, entry, signal }));
  await assertSameTree(original, seen.original, signal);
  await assertSameTree(sealed, seen.sealed, signal);
  return {
    ...{ original: request.original, sealed, seen, segments },
    files: files.count + kept.length,
    bytes: report.done().bytes,
    ms: msSince(startedAt),
  };
}

/** What a link leads to may be the original. @throws SealkeepError FILE_NOT_A_FOLDER, FILE_NOT_FOUND */
async function assertOwnFolders(sealed: string, manifest: Manifest): Promise<void> {
  const folders = new Set<string>();
  for await (const some of inBreaths(placesOf(manifest))) {
    for (const place of some)
      for (let at = parentOf(place); at !== '' && !folders.has(at); at = parentOf(at)) folders.add(at);
  }
  await sideBySide([...folders], async (inside) => {
    const folder = path.join(sealed, inside);
    const found = await lstat(folder).catch((error: unknown) => {
      throw inputError(error, folder);
    });
    if (!found.isDirectory()) throw new SealkeepError('FILE_NOT_A_FOLDER', { file: folder });
  });
}

interface Listed {
  readonly original: string;
  readonly sealed: string;
  readonly signal: AbortSignal | undefined;
}

/** @returns how many segments were compared. @throws SealkeepError the first failure, after which no more is begun. */
async function proveListed(
  parts: JobParts,
  { original, sealed, files, signal }: Listed & { readonly files: Iterable<FileEntry> },
  report: FolderReport,
): Promise<number> {
  const stop = new AbortController();
  const failures: SealkeepError[] = [];
  let segments = 0;
  function* pairs() {
    for (const { path: inside, sealed: place, resource_name: resourceName } of files) {
      const enc = path.join(sealed, place + ENC_ENDING);
      yield { original: path.join(original, inside), enc, resourceName };
    }
  }
  await proveFiles(
    parts,
    {
      files: pairs(),
      signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]),
    },
    {
      progress: report.files.progress,
      failed(_, error) {
        failures.push(error);
        stop.abort();
      },
      proved({ original: file, enc, bytes, ms, segments: more }) {
        segments += more;
        report.files.finished({ file, out: enc, bytes, ms });
      },
    },
  );
  if (failures[0]) throw failures[0];
  return segments;
}

async function compareKept({
  original,
  sealed,
  entry,
  signal,
}: Listed & { readonly entry: KeptEntry }): Promise<void> {
  const copy = path.join(sealed, entry.sealed);
  // No link to what is to go.
  await identityAt(copy);
  await assertSameBytes(path.join(original, entry.path), copy, signal);
}
