import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Secret } from '../../core/crypto/secret.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { formatKeyFile } from '../../shared/formats/key-file.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { type Control, passGate } from '../engine/gate.ts';
import { nameOfPair } from '../engine/pair-name.ts';
import { publishAll } from '../engine/publish.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { type Source, sourceLabel } from '../engine/source.ts';
import { explained } from './explained.ts';
import { fitting } from './fitting.ts';
import { batchesOf, groupsAtOnce, groupsOf } from './groups.ts';
import { type InspectedFile, inspectPlanned, type PlannedOpen } from './open-inspect.ts';
import { folderOf, type OpenedFile, openPairs, type UnwrappedFile } from './open-pairs.ts';
import type { JobParts } from './parts.ts';
import { renewKeyFile } from './renew-key-file.ts';
import { attempt, attemptTogether, errorOf, type JobReport, msSince } from './report.ts';
import { restoreKeyFile } from './restore-key-file.ts';
import { unwrapKeys } from './unwrap-keys.ts';

export interface OpenFilesRequest extends Control {
  readonly sources: readonly Source[];
  /** The `.key` that came with a source, in place of the one beside it. */
  readonly keys?: ReadonlyMap<Source, Source> | undefined;
  /** Where the opened files go; beside each source where it is not given. Streams lie beside nothing: they need one. */
  readonly folder?: string | undefined;
}

/**
 * Opens sealed files: finds each one's wrapped key, has it unwrapped, checks what its `.key` claims, opens under a
 * temporary name and publishes the whole file only. Asks the profile's own servers and nobody else, whatever a file says.
 */
export async function openFiles(
  parts: JobParts,
  request: OpenFilesRequest,
  report: JobReport,
): Promise<void> {
  // Without a login the job fails once, not file by file.
  await parts.login.tokens();
  const { sources, keys, folder } = request;
  const plans = sources.map((source) => ({ source, key: keys?.get(source), folder }));
  // All that is kept of so many is a number.
  const sizes = await sideBySide(sources, (source) => sizeOf(source, request.signal));
  const outputOf = ({ source }: PlannedOpen, index: number) => {
    const label = sourceLabel(source);
    return { label, folder: folder ?? path.dirname(path.resolve(label)), bytes: sizes[index] ?? 0 };
  };
  await openPlanned(parts, await fitting(plans, outputOf, report), request, report);
}

/** About what an opened file takes. @returns 0 where that can't be seen: opening says what is wrong. */
async function sizeOf(source: Source, signal: AbortSignal | undefined): Promise<number> {
  if (typeof source !== 'string') return source.size;
  if (signal?.aborted) return 0;
  try {
    return (await stat(source)).size;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return 0;
  }
}

/**
 * Opens files that each have a place of their own, in which the caller looked for room. Each is asked for when its turn
 * comes.
 */
export async function openPlanned(
  parts: JobParts,
  plans: Iterable<PlannedOpen>,
  control: Control,
  report: JobReport,
): Promise<void> {
  await sideBySide(
    batchesOf(plans),
    (batch) => openBatch(parts, batch, control, report),
    groupsAtOnce(parts.engine),
  );
}

async function openBatch(
  parts: JobParts,
  plans: readonly PlannedOpen[],
  control: Control,
  report: JobReport,
): Promise<void> {
  const files = await inspectPlanned(parts, plans, control.signal, report);
  for (const group of groupsOf(files)) await openGroup(parts, group, control, report);
}

async function openGroup(
  parts: JobParts,
  group: readonly InspectedFile[],
  control: Control,
  report: JobReport,
): Promise<void> {
  const keys = group.map((file) => file.found.key);
  const labels = group.map((file) => file.label);
  const renewed = new Map<object, string>();
  const outcomes = await attemptTogether(report, labels, async () => {
    // Whoever cancels wants no more openings in the audit log either.
    await passGate(control);
    return unwrapKeys(parts, keys, 'open', (key, wrappedKey) => void renewed.set(key, wrappedKey));
  });
  if (!outcomes) return;
  const unwrapped: UnwrappedFile[] = [];
  try {
    for (const [index, file] of group.entries()) {
      const dek = outcomes[index];
      if (dek instanceof Secret) unwrapped.push({ file, dek });
      else report.failed(file.label, errorOf(file.label, explained(parts, file, dek)));
    }
    const opened = await openPairs(parts, unwrapped, control, report);
    await publishOpened(parts, opened, renewed, report);
  } finally {
    for (const outcome of outcomes) if (outcome instanceof Secret) outcome.destroy();
  }
}

async function publishOpened(
  parts: JobParts,
  opened: readonly OpenedFile[],
  renewed: ReadonlyMap<object, string>,
  report: JobReport,
): Promise<void> {
  const published = await publishAll(
    parts.engine,
    opened.map(({ unwrapped: { file }, temporary }) => ({
      folder: folderOf(file),
      name: file.plan.name ?? openedName(file),
      files: [{ temporary, ending: '' }],
    })),
  );
  await sideBySide([...opened.entries()], async ([index, { unwrapped, plaintextBytes, startedAt }]) => {
    const { label, found } = unwrapped.file;
    await attempt(report, label, async () => {
      const outcome = published[index];
      if (outcome?.status !== 'fulfilled') throw outcome?.reason;
      const ms = msSince(startedAt);
      const { key, keyPath, missingAt } = found;
      const wrappedKey = renewed.get(key);
      if (missingAt !== undefined) await restoreKeyFile(parts.engine, missingAt, formatKeyFile(key));
      else if (wrappedKey !== undefined) await renewKeyFile(parts.engine, keyPath, key, wrappedKey);
      report.finished({ file: label, out: outcome.value[0] ?? '', bytes: plaintextBytes, ms });
    });
  });
}

/** What the person calls the `.enc`; what its `.key` says where that is no `.enc` by its name, or a shortened one. */
function openedName({ label, found: { key } }: InspectedFile): string {
  return label.endsWith(ENC_ENDING) ? nameOfPair(path.basename(label, ENC_ENDING), key.name) : key.name;
}
