import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import { MANIFEST_NAME } from '../../shared/formats/folder-manifest.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { lastStep, parentOf } from '../../shared/names/folder-path.ts';
import type { Control } from '../engine/gate.ts';
import { finishFolders } from '../folders/finish-folders.ts';
import type { ReadableFolder } from '../folders/readable-folder.ts';
import type { FolderReport } from './folder-report.ts';
import { openPlanned } from './open-files.ts';
import type { JobParts } from './parts.ts';

/** Pairs in a folder that has no manifest. */
export interface LoosePairs {
  /** Paths of the `.enc`s in the folder. */
  readonly encs: readonly string[];
  /** The folders that they lie in, a folder before what is in it, without the top. */
  readonly folders: readonly string[];
  readonly bytes: number;
}

/** What says nothing about sealed files. */
const NO_MATTER: ReadonlySet<string> = new Set(['FILE_NOT_A_FILE', 'FILE_LINK_LEAVES', 'FILE_NAME_REFUSED']);

/**
 * Finds all sealed files below a folder, but manifests of folders in it: those are opened by themselves.
 * @throws SealkeepError FILE_NOT_SEALED_FOLDER where there is none.
 */
export async function findLoosePairs(
  folder: ReadableFolder,
  signal: AbortSignal | undefined,
  report: FolderReport,
): Promise<LoosePairs> {
  const leaveOut = (file: string, error: SealkeepError) => {
    if (!NO_MATTER.has(error.code)) report.leaveOut(file, error);
  };
  const [encs, folders, below]: [string[], Set<string>, string[]] = [[], new Set(), []];
  let bytes = 0;
  for await (const entry of folder.walk({ signal, leaveOut })) {
    if (entry.kind === 'folder') below.push(entry.path);
    const isEnc = entry.kind === 'kept' && entry.path.endsWith(ENC_ENDING);
    if (!isEnc || lastStep(entry.path) === MANIFEST_NAME + ENC_ENDING) continue;
    encs.push(entry.path);
    bytes += entry.size;
    for (let above = parentOf(entry.path); above !== ''; above = parentOf(above)) folders.add(above);
  }
  if (encs.length === 0) throw new SealkeepError('FILE_NOT_SEALED_FOLDER', { file: folder.labelOf('') });
  return { encs, bytes, folders: below.filter((one) => folders.has(one)) };
}

/**
 * Opens them into an empty folder, the tree kept.
 * @throws SealkeepError JOB_CANCELLED, OUTPUT_*, and the last failure where not one could be opened.
 */
export async function openLoosePairs(
  parts: JobParts,
  {
    source,
    root,
    pairs,
    signal,
    gate,
  }: Control & {
    readonly source: ReadableFolder;
    readonly root: string;
    readonly pairs: LoosePairs;
  },
  report: FolderReport,
): Promise<void> {
  const { encs, folders } = pairs;
  for (const folder of folders) await mkdir(path.join(root, folder), { mode: 0o700 });
  function* plans() {
    for (const enc of encs) {
      const folder = path.join(root, parentOf(enc));
      yield { source: source.fileAt(enc), key: source.keyOf(enc), folder };
    }
  }
  await openPlanned(parts, plans(), { signal, gate }, report.files);
  const failure = report.lastFailure();
  if (failure && report.done().files === 0) throw failure;
  await finishFolders(
    root,
    ['', ...folders].map((folder) => ({ path: folder })),
  );
}
