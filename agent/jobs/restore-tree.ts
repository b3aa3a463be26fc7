import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { FileEntry, KeptEntry, LinkEntry } from '../../shared/formats/folder-manifest.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { lastStep, parentOf } from '../../shared/names/folder-path.ts';
import { type Control, passGate } from '../engine/gate.ts';
import { inBreaths } from '../engine/in-breaths.ts';
import { publishAll } from '../engine/publish.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { copyToTemporary } from '../folders/copy-file.ts';
import { finishFolders } from '../folders/finish-folders.ts';
import { type Manifest, placesOf } from '../folders/manifest-bytes.ts';
import { nameRulesOf } from '../folders/name-rules.ts';
import type { RenamedEntry } from '../folders/plan-names.ts';
import { type Placed, planRestore, type RestorePlan } from '../folders/plan-restore.ts';
import type { ReadableFolder } from '../folders/readable-folder.ts';
import type { FolderReport } from './folder-report.ts';
import { batchesOf } from './groups.ts';
import { openPlanned } from './open-files.ts';
import type { JobParts } from './parts.ts';
import { attempt, errorOf } from './report.ts';

export interface TreeToRestore extends Control {
  /** The sealed folder. */
  readonly source: ReadableFolder;
  /** A temporary folder, empty. */
  readonly root: string;
  readonly manifest: Manifest;
}

/**
 * Makes what a manifest lists, in an order that lets nothing be written through a link: folders of ours alone, what is in
 * them, then links, then what modes and times they all have. Nothing is read through a link in the sealed folder, where
 * Sealkeep makes none. What fails is reported, and the rest restored.
 * @returns what could not keep its name.
 * @throws SealkeepError JOB_CANCELLED, OUTPUT_*, and the last failure where not one file could be restored.
 */
export async function restoreTree(
  parts: JobParts,
  tree: TreeToRestore,
  report: FolderReport,
): Promise<readonly RenamedEntry[]> {
  const { source, root, manifest, signal } = tree;
  const rules = await nameRulesOf(root, parts.engine.temporaries);
  const plan = await withoutLinked(tree, await planRestore(manifest, rules), report);
  for (const { as } of plan.folders) await mkdir(path.join(root, as), { mode: 0o700 });
  const renamed = await openFilesOf(parts, tree, plan, report);
  const copied = await copyKept(parts, tree, plan, report);
  if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
  const failure = report.lastFailure();
  if (failure && report.done().files + copied === 0) throw failure;
  for (const link of plan.links)
    await attempt({ failed: report.leaveOut }, source.labelOf(link.path), () => makeLink(root, link));
  for (const link of plan.leaving) {
    const file = source.labelOf(link.path);
    report.leaveOut(file, new SealkeepError('FILE_LINK_LEAVES', { file }));
  }
  await finishFolders(root, [
    { path: '', attributes: manifest.header },
    ...plan.folders.map(({ as, mode, mtime }) => ({ path: as, attributes: { mode, mtime } })),
  ]);
  return [...plan.renamed, ...renamed];
}

/** Leaves out what the manifest says lies in a folder that is a link. */
async function withoutLinked(
  { source, manifest }: TreeToRestore,
  plan: RestorePlan,
  report: FolderReport,
): Promise<RestorePlan> {
  const behind = await source.behindLinks(placesOf(manifest));
  if (behind.size === 0) return plan;
  for await (const some of inBreaths(placesOf(manifest))) {
    for (const sealed of some) {
      const link = behind.get(parentOf(sealed));
      if (link === undefined) continue;
      const error = new SealkeepError('FILE_NOT_A_FOLDER', { file: source.labelOf(link) });
      report.leaveOut(source.labelOf(sealed), error);
    }
  }
  const isReal = ({ sealed }: FileEntry | KeptEntry) => !behind.has(parentOf(sealed));
  return {
    ...plan,
    files: {
      *[Symbol.iterator]() {
        for (const file of plan.files) if (isReal(file)) yield file;
      },
    },
    kept: plan.kept.filter(isReal),
  };
}

/** @returns those that got another name than was planned: something the file system knows and we don't. */
async function openFilesOf(
  parts: JobParts,
  { source, root, signal, gate }: TreeToRestore,
  { files }: RestorePlan,
  report: FolderReport,
): Promise<RenamedEntry[]> {
  const renamed: RenamedEntry[] = [];
  /** Those that are under way, by their pairs. */
  const begun = new Map<string, RenamedEntry>();
  function* plans() {
    for (const { path: inside, as, sealed, resource_name: resourceName, mode, mtime } of files) {
      const enc = sealed + ENC_ENDING;
      begun.set(source.labelOf(enc), { path: inside, as });
      yield {
        ...{ source: source.fileAt(enc), key: source.keyOf(enc), folder: path.join(root, parentOf(as)) },
        ...{ name: lastStep(as), resourceName, attributes: { mode, mtime } },
      };
    }
  }
  await openPlanned(
    parts,
    plans(),
    { signal, gate },
    {
      ...report.files,
      finished(file) {
        const planned = begun.get(file.file);
        begun.delete(file.file);
        const as = path.relative(root, file.out).split(path.sep).join('/');
        if (planned && planned.as !== as) renamed.push({ path: planned.path, as });
        report.files.finished(file);
      },
      failed(file, error) {
        begun.delete(file);
        report.files.failed(file, error);
      },
    },
  );
  return renamed;
}

/** @returns how many are there now. */
async function copyKept(
  { engine }: JobParts,
  { source, root, signal, gate }: TreeToRestore,
  { kept }: RestorePlan,
  report: FolderReport,
): Promise<number> {
  let copied = 0;
  const labelOf = ({ sealed }: KeptEntry) => source.labelOf(sealed);
  for (const batch of batchesOf(kept)) {
    await passGate({ signal, gate });
    const copies = await sideBySide(batch, async (file) => {
      const { as, mode, mtime, size } = file;
      const [label, folder] = [labelOf(file), path.join(root, parentOf(as))];
      const onProgress = (bytes: number) => report.copies.progress(label, bytes, size);
      const from = source.fileAt(file.sealed);
      const how = { source: from, folder, attributes: { mode, mtime }, onProgress, signal, gate };
      const temporary = await attempt(report.copies, label, () => copyToTemporary(engine.temporaries, how));
      if (temporary !== undefined) report.copies.finished(label, size);
      return temporary === undefined ? undefined : { file, folder, temporary };
    });
    const there = copies.filter((copy) => copy !== undefined);
    const published = await publishAll(
      engine,
      there.map(({ file, folder, temporary }) => ({
        folder,
        name: lastStep(file.as),
        files: [{ temporary, ending: '' }],
      })),
    );
    for (const [index, outcome] of published.entries()) {
      const label = there[index] ? labelOf(there[index].file) : '';
      if (outcome.status === 'rejected') report.copies.failed(label, errorOf(label, outcome.reason));
      else copied += 1;
    }
  }
  return copied;
}

/** Where something has the name already nothing is made: a number would change what other links lead through. */
async function makeLink(root: string, { as, target }: Placed<LinkEntry>): Promise<void> {
  const link = path.join(root, as);
  try {
    await symlink(target, link);
  } catch (cause) {
    throw new SealkeepError('OUTPUT_NOT_WRITABLE', { folder: path.dirname(link) }, { cause });
  }
}
