import { rm } from 'node:fs/promises';
import { deriveStreamKey, encodeStreamHeader, newStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { formatKeyFile, type KeyFile } from '../../shared/formats/key-file.ts';
import { encodePrelude } from '../../shared/formats/prelude.ts';
import type { Attributes } from '../engine/attributes.ts';
import type { Control } from '../engine/gate.ts';
import { sealToTemporary } from '../engine/seal-file.ts';
import { sealStreamToTemporary } from '../engine/seal-stream.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { sourceLabel } from '../engine/source.ts';
import { cleanedUp, writeTemporary } from '../engine/temporary-file.ts';
import { headOf, type SealWhole, WHOLE_BYTES } from '../engine/whole-files.ts';
import { inOrders } from './in-orders.ts';
import type { JobParts } from './parts.ts';
import { keyFileFor, type RegisteredKey } from './register-keys.ts';
import { attemptEach, type JobReport } from './report.ts';
import type { PlannedSeal } from './seal-plan.ts';

export interface KeyedFile extends PlannedSeal, RegisteredKey {}

/** A pair without names: two synced temporary files. */
export interface SealedPair {
  readonly file: KeyedFile;
  readonly enc: string;
  readonly key: string;
  readonly claims: KeyFile;
  /** Of the file when it held what was sealed; undefined where nobody asked or can tell. */
  readonly attributes: Attributes | undefined;
  readonly startedAt: number;
}

/** Seals files into temporary pairs. What fails is reported, and leaves nothing in its folder. */
export async function sealPairs(
  parts: JobParts,
  files: readonly KeyedFile[],
  control: Control,
  report: Omit<JobReport, 'finished'>,
): Promise<SealedPair[]> {
  const done: ReadonlyMap<KeyedFile, SealedPair> = await inOrders(files.filter(isWhole), {
    plan: (file) => planWhole(parts, file),
    run: (planned) => sealOrder(parts, planned, control.signal),
  });
  const labelOf = ({ source }: KeyedFile) => sourceLabel(source);
  return attemptEach(
    report,
    files,
    labelOf,
    async (file) => done.get(file) ?? sealAlone(parts, file, control, report),
  );
}

type WholeFile = KeyedFile & { readonly source: string };

function isWhole(file: KeyedFile): file is WholeFile {
  return typeof file.source === 'string' && file.size <= WHOLE_BYTES;
}

interface PlannedWhole {
  readonly file: WholeFile;
  readonly pair: SealedPair;
  readonly order: SealWhole;
}

async function planWhole(parts: JobParts, file: WholeFile): Promise<PlannedWhole> {
  const { source, folder, size, attributes, dek, registered: claims } = file;
  const prelude = encodePrelude({ resource_name: file.resourceName, kacls_url: parts.kmsName });
  const header = newStreamHeader();
  const [enc, key] = await Promise.all([
    parts.engine.temporaries.nameIn(folder),
    parts.engine.temporaries.nameIn(folder),
  ]);
  const order = {
    source,
    bytes: size,
    attributes,
    head: headOf(prelude.bytes, encodeStreamHeader(header)),
    stream: deriveStreamKey(dek, header, prelude.bytes),
    enc,
    key,
    keyText: formatKeyFile(claims),
  };
  return { file, pair: { file, enc, key, claims, attributes, startedAt: performance.now() }, order };
}

/** @returns those that are done; of the others nothing is left. */
async function sealOrder(
  { engine }: JobParts,
  planned: readonly PlannedWhole[],
  signal: AbortSignal | undefined,
): Promise<(readonly [WholeFile, SealedPair])[]> {
  let done: readonly boolean[] = [];
  try {
    const order = { kind: 'seal' as const, files: planned.map(({ order }) => order), restMs: engine.restMs };
    done = await engine.pool.runWhole(order, signal);
  } finally {
    const undone = planned.filter((_, index) => !done[index]);
    await sideBySide(undone, ({ pair }) => removePair(pair));
  }
  return planned.filter((_, index) => done[index]).map(({ file, pair }) => [file, pair]);
}

async function sealAlone(
  parts: JobParts,
  file: KeyedFile,
  { signal, gate }: Control,
  report: Omit<JobReport, 'finished'>,
): Promise<SealedPair> {
  const { source, folder, dek, resourceName } = file;
  const startedAt = performance.now();
  const prelude = encodePrelude({ resource_name: resourceName, kacls_url: parts.kmsName });
  const onProgress = (bytes: number) => report.progress(sourceLabel(source), bytes, file.size);
  const how = { folder, prelude, dek, onProgress, signal, gate };
  const {
    temporary: enc,
    plaintextBytes,
    attributes = file.attributes,
  } = typeof source === 'string'
    ? await sealToTemporary(parts.engine, { source, ...how })
    : await sealStreamToTemporary(parts.engine, { source, ...how });
  const claims = keyFileFor(parts, file, plaintextBytes);
  try {
    const key = await writeTemporary(parts.engine.temporaries, folder, (output) =>
      output.writeFile(formatKeyFile(claims)),
    );
    return { file, enc, key, claims, attributes, startedAt };
  } catch (error) {
    throw await cleanedUp(error, enc, folder);
  }
}

/** @throws the system's error where the folder does not let go of them. */
export async function removePair({ enc, key }: SealedPair): Promise<void> {
  for (const file of [enc, key]) await rm(file, { force: true });
}
