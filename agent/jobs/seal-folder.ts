import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import { MANIFEST_NAME, type ManifestEntry } from '../../shared/formats/folder-manifest.ts';
import { SEALED_ENDING } from '../../shared/names/endings.ts';
import { ENC_ENDING, KEY_ENDING } from '../../shared/names/file-name.ts';
import { lastStep, parentOf } from '../../shared/names/folder-path.ts';
import type { Control } from '../engine/gate.ts';
import { assertRoom } from '../engine/room.ts';
import { buildFolder } from '../folders/build-folder.ts';
import { finishFolders } from '../folders/finish-folders.ts';
import { type FoundFolder, lookThrough } from '../folders/look-through.ts';
import { manifestSource } from '../folders/manifest-bytes.ts';
import { nameRulesOf } from '../folders/name-rules.ts';
import { createNamePlan } from '../folders/plan-names.ts';
import type { FoundEntry, FoundFile } from '../folders/walk-folder.ts';
import { createFolderReport, type FolderReport } from './folder-report.ts';
import { keepPairs } from './keep-pairs.ts';
import { type JobParts, partsWithin } from './parts.ts';
import { attempt, type JobReport, msSince } from './report.ts';
import { sealPlanned } from './seal-files.ts';

export interface SealFolderRequest extends Control {
  /** The folder to seal. */
  readonly source: string;
  /** Where the sealed folder goes; beside the source where it is not given. */
  readonly folder?: string | undefined;
}

export interface SealedFolder {
  readonly out: string;
  /** Files that were sealed, and their plaintext bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Whether all that the walk found is in there. The source may have got more meanwhile. */
  readonly isWhole: boolean;
}

/**
 * Seals a folder: a pair for each file, in the same tree, and a sealed manifest with what pairs do not carry
 * (docs/file-format.md). It appears under its name when all of it is durable. `report` is told of the folder as of one
 * file, and of each thing that had to be left out; the rest is sealed all the same.
 * @returns undefined where nothing was made, as the report says.
 */
export async function sealFolder(
  parts: JobParts,
  request: SealFolderRequest,
  report: JobReport,
): Promise<SealedFolder | undefined> {
  // Without a login the job fails once.
  await parts.login.tokens();
  const startedAt = performance.now();
  const label = request.source;
  const folderReport = createFolderReport(label, report);
  const out = await attempt(report, label, () => seal(parts, request, folderReport));
  if (out === undefined) return undefined;
  const { files, bytes } = folderReport.done();
  const ms = msSince(startedAt);
  report.finished({ file: label, out, bytes, ms, leftOut: folderReport.leftOut() });
  return { out, files, bytes, isWhole: folderReport.lastFailure() === undefined };
}

async function seal(
  parts: JobParts,
  { source, folder, signal, gate }: SealFolderRequest,
  report: FolderReport,
): Promise<string> {
  const full = path.resolve(source);
  const found = await lookThrough(full, { signal, leaveOut: report.leaveOut });
  const files = found.entries.filter(isFile);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const parent = path.resolve(folder ?? path.dirname(full));
  await assertRoom({ folder: parent, files: files.length, bytes });
  report.expect(bytes);
  const { out } = await buildFolder(
    parts.engine.temporaries,
    { parent, name: found.name, ending: SEALED_ENDING, signal },
    (root) => sealTree(partsWithin(parts, root), { source: full, root, found, signal, gate }, report),
  );
  return out;
}

function isFile(entry: FoundEntry): entry is FoundFile {
  return entry.kind === 'file' || entry.kind === 'kept';
}

interface TreeToSeal extends Control {
  readonly source: string;
  /** The temporary folder. */
  readonly root: string;
  readonly found: FoundFolder;
}

async function sealTree(parts: JobParts, tree: TreeToSeal, report: FolderReport): Promise<void> {
  const { source, root, found, signal, gate } = tree;
  const places = await makeFolders(parts, tree);
  // The manifest comes last, and its name must not go to a file.
  const reserved = path.join(root, MANIFEST_NAME + ENC_ENDING);
  await writeFile(reserved, '', { flag: 'wx' });
  const placeOf = (inside: string) => path.join(root, places.get(parentOf(inside)) ?? '');
  const files = found.entries.filter(isFile).map((file) => ({
    ...file,
    source: path.join(source, file.path),
    folder: placeOf(file.path),
    name: lastStep(file.path),
  }));
  const kept = files.filter(({ kind }) => kind === 'kept');
  const placed = await keepPairs(parts.engine, kept, { signal, gate }, report);
  const sealed = await sealFilesOf(
    parts,
    files.filter(({ kind }) => kind === 'file'),
    tree,
    report,
  );
  if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
  await rm(reserved);
  const inTree = (file: string) => path.relative(root, file).split(path.sep).join('/');
  await sealManifest(parts, tree, entriesOf(tree, { sealed, kept: placed, inTree }));
  await finishFolders(
    root,
    [...places.values()].map((place) => ({ path: place })),
  );
}

/** @returns where each folder of the source is in the tree. */
async function makeFolders({ engine }: JobParts, { root, found }: TreeToSeal): Promise<Map<string, string>> {
  const rules = await nameRulesOf(root, engine.temporaries);
  const plan = createNamePlan(rules, [MANIFEST_NAME + ENC_ENDING, MANIFEST_NAME + KEY_ENDING]);
  const places = new Map([['', '']]);
  for (const entry of found.entries) {
    if (entry.kind !== 'folder') continue;
    const place = plan.nameFolder(entry.path);
    await mkdir(path.join(root, place), { mode: 0o700 });
    places.set(entry.path, place);
  }
  return places;
}

interface SealedFile {
  /** Path of the `.enc`. */
  readonly enc: string;
  readonly resourceName: string;
  readonly size: number;
}

/** @returns those that were sealed, by their source. */
async function sealFilesOf(
  parts: JobParts,
  files: Parameters<typeof sealPlanned>[1],
  { signal, gate }: Control,
  report: FolderReport,
): Promise<Map<string, SealedFile>> {
  const sealed = new Map<string, SealedFile>();
  await sealPlanned(
    parts,
    files,
    { signal, gate },
    {
      ...report.files,
      finished(file, { resourceName }) {
        sealed.set(file.file, { enc: file.out, resourceName, size: file.bytes });
        report.files.finished(file);
      },
    },
  );
  return sealed;
}

/** What the manifest lists: everything that was found and is there now. */
function* entriesOf(
  { source, found }: TreeToSeal,
  {
    sealed,
    kept,
    inTree,
  }: {
    readonly sealed: ReadonlyMap<string, SealedFile>;
    readonly kept: ReadonlyMap<string, string>;
    inTree(file: string): string;
  },
): Generator<ManifestEntry> {
  for (const entry of found.entries) {
    const file = path.join(source, entry.path);
    if (entry.kind === 'link') yield entry;
    else if (entry.kind === 'folder') yield { kind: 'folder', path: entry.path, ...entry.attributes };
    else if (entry.kind === 'kept') {
      const place = kept.get(file);
      if (place === undefined) continue;
      yield { kind: 'kept', path: entry.path, sealed: inTree(place), size: entry.size, ...entry.attributes };
    } else {
      const pair = sealed.get(file);
      if (!pair) continue;
      const place = inTree(pair.enc).slice(0, -ENC_ENDING.length);
      const { resourceName: resource_name, size } = pair;
      yield { kind: 'file', path: entry.path, sealed: place, resource_name, size, ...entry.attributes };
    }
  }
}

async function sealManifest(
  parts: JobParts,
  { root, found, signal }: TreeToSeal,
  entries: Iterable<ManifestEntry>,
): Promise<void> {
  const source = await manifestSource({ name: found.name, ...found.attributes }, entries);
  const plan = { source, folder: root, name: MANIFEST_NAME, size: source.size };
  await sealPlanned(
    parts,
    [plan],
    { signal },
    {
      progress: () => undefined,
      finished: () => undefined,
      failed(_, error) {
        // Without its manifest the folder is none.
        throw error;
      },
    },
  );
}
