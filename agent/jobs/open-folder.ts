import { platform } from 'node:process';
import { SealkeepError } from '../../shared/errors/error.ts';
import { SEALED_ENDING } from '../../shared/names/endings.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import type { Control } from '../engine/gate.ts';
import { nameWithRoomFor } from '../engine/pair-name.ts';
import { assertRoom } from '../engine/room.ts';
import { buildFolder } from '../folders/build-folder.ts';
import type { Manifest } from '../folders/manifest-bytes.ts';
import { type RenamedEntry, safeName } from '../folders/plan-names.ts';
import {
  type FolderSource,
  folderLabel,
  parentFor,
  type ReadableFolder,
  readableFolder,
} from '../folders/readable-folder.ts';
import { createFolderReport, type FolderReport } from './folder-report.ts';
import { findLoosePairs, openLoosePairs } from './open-loose.ts';
import { MANIFEST_ENC, openManifest } from './open-manifest.ts';
import { type JobParts, partsWithin } from './parts.ts';
import { attempt, type JobReport, msSince } from './report.ts';
import { restoreTree } from './restore-tree.ts';
import { whileHeld } from './while-held.ts';

export interface OpenFolderRequest extends Control {
  /** The sealed folder. One without a manifest is opened pair by pair, its tree kept. */
  readonly source: FolderSource;
  /** Where the opened folder goes; beside the source where it is not given. A held one lies beside nothing: it needs one. */
  readonly folder?: string | undefined;
}

export interface OpenedFolder {
  readonly out: string;
  /** Files that were opened, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Whether all that the manifest lists is there. */
  readonly isWhole: boolean;
  /** What is called otherwise than it was, since this system does not have that name, or has it for something else. */
  readonly renamed: readonly RenamedEntry[];
}

/**
 * Opens a sealed folder. It appears under its name when all of it is durable. `report` is told of the folder as of one
 * file, and of each thing that could not be restored; the rest is all the same.
 * @returns undefined where nothing was made, as the report says.
 */
export async function openFolder(
  parts: JobParts,
  request: OpenFolderRequest,
  report: JobReport,
): Promise<OpenedFolder | undefined> {
  // Without a login the job fails once.
  await parts.login.tokens();
  const startedAt = performance.now();
  const label = folderLabel(request.source);
  const folderReport = createFolderReport(label, report);
  const opened = await attempt(report, label, () =>
    whileHeld(request, folderReport, (control) => open(parts, { ...request, ...control }, folderReport)),
  );
  if (!opened) return undefined;
  const { files, bytes } = folderReport.done();
  const ms = msSince(startedAt);
  report.finished({ file: label, out: opened.out, bytes, ms, leftOut: folderReport.leftOut() });
  return { ...opened, files, bytes, isWhole: folderReport.lastFailure() === undefined };
}

interface Opened {
  readonly out: string;
  readonly renamed: readonly RenamedEntry[];
}

async function open(
  parts: JobParts,
  { source, folder, signal, gate }: OpenFolderRequest,
  report: FolderReport,
): Promise<Opened> {
  const readable = readableFolder(source, parts.now());
  const parent = parentFor(source, folder);
  // Whether it is a folder at all.
  await readable.attributes();
  const isSealed = await readable.hasFile(MANIFEST_ENC);
  const { bytes, count, name, fill } = await (isSealed ? listed : loose)(
    parts,
    readable,
    { signal, gate },
    report,
  );
  await assertRoom({ folder: parent, files: count, bytes });
  const { out, filled } = await buildFolder(
    parts.engine.temporaries,
    { parent, name, ending: '', signal },
    (root) => fill(partsWithin(parts, root), root),
  );
  return { out, renamed: filled };
}

/** Whether a folder that has no manifest had one: its name or the manifest's `.key` says so. */
async function hasLostManifest(folder: ReadableFolder): Promise<boolean> {
  return folder.name.endsWith(SEALED_ENDING) || folder.hasFile(keyPathOf(MANIFEST_ENC));
}

/** What is to be made of a sealed folder. */
interface Opening {
  readonly name: string;
  /** Files, and their bytes. */
  readonly count: number;
  readonly bytes: number;
  fill(parts: JobParts, root: string): Promise<readonly RenamedEntry[]>;
}

async function listed(
  parts: JobParts,
  source: ReadableFolder,
  { signal, gate }: Control,
  report: FolderReport,
): Promise<Opening> {
  const manifest: Manifest = await openManifest(parts, source, { signal, reason: 'open' });
  const { files, fileBytes, kept } = manifest;
  const bytes = kept.reduce((sum, { size }) => sum + size, fileBytes);
  report.expect(bytes);
  return {
    name: openedFolderName(source.name, manifest.header.name),
    count: files.count + kept.length,
    bytes,
    fill: (within, root) => restoreTree(within, { source, root, manifest, signal, gate }, report),
  };
}

async function loose(
  _: JobParts,
  source: ReadableFolder,
  { signal, gate }: Control,
  report: FolderReport,
): Promise<Opening> {
  const pairs = await findLoosePairs(source, signal, report);
  report.expect(pairs.bytes);
  return {
    name: openedFolderName(source.name, source.name),
    count: pairs.encs.length,
    bytes: pairs.bytes,
    async fill(within, root) {
      await openLoosePairs(within, { source, root, pairs, signal, gate }, report);
      const file = source.labelOf('');
      if (await hasLostManifest(source))
        report.leaveOut(file, new SealkeepError('FILE_MANIFEST_MISSING', { file }));
      return [];
    },
  };
}

/** What the person calls the sealed folder, without its ending; the manifest's name where that one is it, shortened. */
function openedFolderName(sealed: string, name: string): string {
  if (!sealed.endsWith(SEALED_ENDING)) return sealed;
  const stem = sealed.slice(0, -SEALED_ENDING.length);
  const number = / \(\d{1,5}\)$/.exec(stem)?.[0] ?? '';
  const short = nameWithRoomFor((number + SEALED_ENDING).length, name);
  const isShortened = short !== name && stem === short + number;
  return isShortened ? safeName(name, { platform }) : stem || name;
}
