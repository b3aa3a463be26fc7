import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Secret } from '../../core/crypto/secret.ts';
import { deriveStreamKey, parseStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { SEGMENT_BYTES } from '../../core/crypto/stream-layout.ts';
import { isSealkeepError } from '../../shared/errors/error.ts';
import type { Control } from '../engine/gate.ts';
import { openToTemporary } from '../engine/open-file.ts';
import { openStreamToTemporary } from '../engine/open-stream.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { headOf, type OpenWhole } from '../engine/whole-files.ts';
import { assertProven } from './assert-proven.ts';
import { inOrders } from './in-orders.ts';
import type { InspectedFile } from './open-inspect.ts';
import type { JobParts } from './parts.ts';
import { attemptEach, type JobReport } from './report.ts';

/** A file whose DEK is here. */
export interface UnwrappedFile {
  readonly file: InspectedFile;
  readonly dek: Secret;
}

/** An opened file without a name: a synced temporary one. */
export interface OpenedFile {
  readonly unwrapped: UnwrappedFile;
  readonly temporary: string;
  readonly plaintextBytes: number;
  readonly startedAt: number;
}

/** Opens files into temporary ones. What fails is reported, and leaves nothing in its folder. */
export async function openPairs(
  parts: JobParts,
  files: readonly UnwrappedFile[],
  control: Control,
  report: JobReport,
): Promise<OpenedFile[]> {
  const done = await inOrders(files.filter(isWhole), {
    plan: (file) => planWhole(parts, file),
    run: (planned) => openOrder(parts, planned, control.signal),
  });
  return attemptEach(
    report,
    files,
    ({ file }) => file.label,
    async (file) => done.get(file) ?? openAlone(parts, file, control, report),
  );
}

function isWhole({ file }: UnwrappedFile): boolean {
  return file.streamHeader !== undefined && file.size <= file.prelude.bytes.length + SEGMENT_BYTES;
}

interface PlannedWhole {
  readonly opened: OpenedFile;
  readonly order: OpenWhole;
}

/** @returns undefined where something is out of the ordinary. */
async function planWhole(parts: JobParts, unwrapped: UnwrappedFile): Promise<PlannedWhole | undefined> {
  const { file, dek } = unwrapped;
  const { plan, source, prelude, streamHeader, found, size } = file;
  if (typeof source !== 'string' || !streamHeader) return undefined;
  try {
    assertProven(parts, dek, found);
    const stream = deriveStreamKey(dek, parseStreamHeader(streamHeader), prelude.bytes);
    const head = headOf(prelude.bytes, streamHeader);
    const output = await parts.engine.temporaries.nameIn(folderOf(file));
    const order = { source, encBytes: size, head, stream, output, attributes: plan.attributes };
    const startedAt = performance.now();
    return { opened: { unwrapped, temporary: output, plaintextBytes: found.key.size, startedAt }, order };
  } catch (error) {
    if (isSealkeepError(error)) return undefined;
    throw error;
  }
}

/** @returns those that are done; of the others nothing is left. */
async function openOrder(
  { engine }: JobParts,
  planned: readonly PlannedWhole[],
  signal: AbortSignal | undefined,
): Promise<(readonly [UnwrappedFile, OpenedFile])[]> {
  let done: readonly boolean[] = [];
  try {
    done = await engine.pool.runWhole({ kind: 'open', files: planned.map(({ order }) => order) }, signal);
  } finally {
    const undone = planned.filter((_, index) => !done[index]);
    await sideBySide(undone, ({ opened }) => rm(opened.temporary, { force: true }));
  }
  return planned.filter((_, index) => done[index]).map(({ opened }) => [opened.unwrapped, opened]);
}

async function openAlone(
  parts: JobParts,
  unwrapped: UnwrappedFile,
  { signal, gate }: Control,
  report: JobReport,
): Promise<OpenedFile> {
  const { file, dek } = unwrapped;
  const { plan, label, source, prelude, found } = file;
  assertProven(parts, dek, found);
  const startedAt = performance.now();
  const onProgress = (bytes: number) => report.progress(label, bytes, found.key.size);
  const how = { folder: folderOf(file), attributes: plan.attributes, dek, onProgress, signal, gate };
  const opened =
    typeof source === 'string'
      ? await openToTemporary(parts.engine, { source, prelude, ...how })
      : await openStreamToTemporary(parts.engine, { source, prelude, ...how });
  return { unwrapped, ...opened, startedAt };
}

/** Beside the source, where no folder is given. */
export function folderOf({ plan, source }: InspectedFile): string {
  if (plan.folder !== undefined) return plan.folder;
  if (typeof source !== 'string') throw new TypeError('a stream has no folder of its own');
  return path.dirname(path.resolve(source));
}
