import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import { MANIFEST_NAME, type ManifestEntry } from '../../shared/formats/folder-manifest.ts';
import { SEALED_ENDING } from '../../shared/names/endings.ts';
import { ENC_ENDING, KEY_ENDING } from '../../shared/names/file-name.ts';
import { joinSteps, lastStep, parentOf } from '../../shared/names/folder-path.ts';
import { type Attributes, areSameAttributes } from '../engine/attributes.ts';
import type { Control } from '../engine/gate.ts';
import { assertRoom } from '../engine/room.ts';
import { sourceLabel } from '../engine/source.ts';
import { buildFolder } from '../folders/build-folder.ts';
import { finishFolders } from '../folders/finish-folders.ts';
import { type FoundFolder, lookThrough } from '../folders/look-through.ts';
import { manifestSource } from '../folders/manifest-bytes.ts';
import { nameRulesOf } from '../folders/name-rules.ts';
import { createNamePlan } from '../folders/plan-names.ts';
import {
  type FolderSource,
  folderLabel,
  parentFor,
  type ReadableFolder,
  readableFolder,
} from '../folders/readable-folder.ts';
import type { FoundFile } from '../folders/walk-folder.ts';
import { createFolderReport, type FolderReport } from './folder-report.ts';
import { keepPairs } from './keep-pairs.ts';
import { type JobParts, partsWithin } from './parts.ts';
import { releaseLeftWraps } from './release-left-wraps.ts';
import { attempt, type JobReport, msSince } from './report.ts';
import { sealPlanned } from './seal-files.ts';
import type { PlannedSeal } from './seal-plan.ts';
import { whileHeld } from './while-held.ts';

export interface SealFolderRequest extends Control {
  /** The folder to seal. */
  readonly source: FolderSource;
  /** Where the sealed folder goes; beside the source where it is not given. A held one lies beside nothing: it needs one. */
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
  await releaseLeftWraps(parts);
  const startedAt = performance.now();
  const label = folderLabel(request.source);
  const folderReport = createFolderReport(label, report);
  const out = await attempt(report, label, () =>
    whileHeld(request, folderReport, (control) => seal(parts, { ...request, ...control }, folderReport)),
  );
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
  const readable = readableFolder(source, parts.now());
  const parent = parentFor(source, folder);
  const found = await lookThrough(readable, { signal, leaveOut: report.leaveOut });
  const { files, fileBytes, kept } = found;
  const bytes = kept.reduce((sum, { size }) => sum + size, fileBytes);
  await assertRoom({ folder: parent, files: files.count + kept.length, bytes });
  report.expect(bytes);
  const { out } = await buildFolder(
    parts.engine.temporaries,
    { parent, name: found.name, ending: SEALED_ENDING, signal },
    (root) => sealTree(partsWithin(parts, root), { source: readable, root, found, signal, gate }, report),
  );
  return out;
}

interface TreeToSeal extends Control {
  readonly source: ReadableFolder;
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
  const toPlace: ToPlace = ({ path: inside, size, attributes }) => ({
    source: source.fileAt(inside),
    folder: path.join(root, places.get(parentOf(inside)) ?? ''),
    name: lastStep(inside),
    size,
    attributes,
  });
  const kept = await keepPairs(parts.engine, found.kept.map(toPlace), { signal, gate }, report);
  const sealed = await sealFilesOf(parts, tree, toPlace, report);
  if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
  await rm(reserved);
  await sealManifest(parts, tree, { [Symbol.iterator]: () => entriesOf(tree, { places, sealed, kept }) });
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
  for (const { path: inside } of found.folders) {
    const place = plan.nameFolder(inside);
    await mkdir(path.join(root, place), { mode: 0o700 });
    places.set(inside, place);
  }
  return places;
}

type ToSeal = PlannedSeal & Pick<FoundFile, 'attributes'>;
/** A file of the folder, and where its pair is to be. */
type ToPlace = (file: FoundFile) => ToSeal;

/** The path of a file's `.enc`, its plaintext bytes, and what it had besides when it held them. */
interface OtherFile {
  readonly enc: string;
  readonly size: number;
  readonly attributes: Attributes;
}

/** What came of the files, by their places among those that were found. There may be very many: few words of each. */
interface SealedFiles {
  /** Undefined where it was not sealed. */
  readonly resourceNames: readonly (string | undefined)[];
  /** Of those that are otherwise than they were found. */
  readonly others: ReadonlyMap<number, OtherFile>;
}

async function sealFilesOf(
  parts: JobParts,
  { found, signal, gate }: TreeToSeal,
  toPlace: ToPlace,
  report: FolderReport,
): Promise<SealedFiles> {
  const resourceNames: (string | undefined)[] = [];
  const others = new Map<number, OtherFile>();
  /** Those that are under way, by their labels. */
  const begun = new Map<string, ToSeal & { readonly index: number }>();
  function* planned() {
    let index = 0;
    for (const file of found.files) {
      const plan = toPlace(file);
      begun.set(sourceLabel(plan.source), { ...plan, index });
      resourceNames.push(undefined);
      index += 1;
      yield plan;
    }
  }
  await sealPlanned(
    parts,
    planned(),
    { signal, gate },
    {
      ...report.files,
      finished(file, { file: { resourceName }, attributes: sealedWith }) {
        const plan = begun.get(file.file);
        begun.delete(file.file);
        if (plan) {
          resourceNames[plan.index] = resourceName;
          const attributes = sealedWith ?? plan.attributes;
          const isAsFound =
            file.bytes === plan.size &&
            file.out === path.join(plan.folder, plan.name + ENC_ENDING) &&
            areSameAttributes(attributes, plan.attributes);
          if (!isAsFound) others.set(plan.index, { enc: file.out, size: file.bytes, attributes });
        }
        report.files.finished(file);
      },
      failed(file, error) {
        begun.delete(file);
        report.files.failed(file, error);
      },
    },
  );
  return { resourceNames, others };
}

/** What the manifest lists: everything that was found and is there now. */
function* entriesOf(
  { source, root, found }: TreeToSeal,
  {
    places,
    sealed: { resourceNames, others },
    kept,
  }: {
    readonly places: ReadonlyMap<string, string>;
    readonly sealed: SealedFiles;
    readonly kept: ReadonlyMap<string, string>;
  },
): Generator<ManifestEntry> {
  const inTree = (file: string) => path.relative(root, file).split(path.sep).join('/');
  const asPlanned = (inside: string) => joinSteps(places.get(parentOf(inside)) ?? '', lastStep(inside));
  for (const { path: inside, attributes } of found.folders)
    yield { kind: 'folder', path: inside, ...attributes };
  let index = -1;
  for (const file of found.files) {
    index += 1;
    const resource_name = resourceNames[index];
    if (resource_name === undefined) continue;
    const other = others.get(index);
    const sealed = other ? inTree(other.enc).slice(0, -ENC_ENDING.length) : asPlanned(file.path);
    const { size, attributes } = other ?? file;
    yield { kind: 'file', path: file.path, sealed, resource_name, size, ...attributes };
  }
  for (const file of found.kept) {
    const place = kept.get(source.labelOf(file.path));
    if (place === undefined) continue;
    const { size, attributes } = file;
    yield { kind: 'kept', path: file.path, sealed: inTree(place), size, ...attributes };
  }
  yield* found.links;
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
