import path from 'node:path';
import { STREAM_HEADER_BYTES } from '../../core/crypto/stream-layout.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { parseKeyFile } from '../../shared/formats/key-file.ts';
import { type Prelude, parsePrelude } from '../../shared/formats/prelude.ts';
import { keyPathOf } from '../../shared/names/key-path.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import type { Attributes } from '../engine/attributes.ts';
import type { Inspection } from '../engine/inspect-files.ts';
import { readPreludeOf } from '../engine/open-stream.ts';
import { type Source, sourceLabel } from '../engine/source.ts';
import { explained } from './explained.ts';
import { type FoundKey, findKey } from './find-key.ts';
import type { JobParts } from './parts.ts';
import { attemptEach, type Failures } from './report.ts';

/** A `.enc` to open, before anything of it was looked at. */
export interface PlannedOpen {
  readonly source: Source;
  /** The `.key` that came with it, in place of the one beside it. */
  readonly key?: Source | undefined;
  /** Where the opened file is to appear; beside the source where it is not given. */
  readonly folder?: string | undefined;
  /** What it is to be called; what the pair says where it is not given. */
  readonly name?: string | undefined;
  /** What the `.enc` has to be: another one is refused. */
  readonly resourceName?: string | undefined;
  readonly attributes?: Attributes | undefined;
}

/** A `.enc` whose prelude was looked at and whose `.key` was found; both are claims. */
export interface InspectedFile {
  readonly plan: PlannedOpen;
  /** How the report names it. */
  readonly label: string;
  readonly source: Source;
  readonly prelude: Prelude;
  /** What follows the prelude; known of those that were looked at with others. */
  readonly streamHeader: Uint8Array | undefined;
  /** Length of the `.enc`. */
  readonly size: number;
  readonly found: FoundKey;
}

/** Looks at sealed files and finds their keys. What fails is reported. */
export async function inspectPlanned(
  parts: JobParts,
  plans: readonly PlannedOpen[],
  signal: AbortSignal | undefined,
  report: Failures,
): Promise<InspectedFile[]> {
  const quick = await inspectQuickly(parts, plans, signal);
  return attemptEach(
    report,
    plans,
    ({ source }) => sourceLabel(source),
    async (plan) => quick.get(plan) ?? inspectOne(parts, plan, signal),
  );
}

/** Many at once go to a worker. @returns those where nothing is out of the ordinary. */
async function inspectQuickly(
  { engine }: JobParts,
  plans: readonly PlannedOpen[],
  signal: AbortSignal | undefined,
): Promise<Map<PlannedOpen, InspectedFile>> {
  const known = new Map<PlannedOpen, InspectedFile>();
  const simple = plans.flatMap((plan) =>
    typeof plan.source === 'string' && plan.key === undefined ? [{ plan, enc: plan.source }] : [],
  );
  if (simple.length < 2 || signal?.aborted) return known;
  const seen = await engine.pool.inspect(simple.map(({ enc }) => ({ enc, key: keyPathOf(enc) })));
  for (const [index, { plan, enc }] of simple.entries()) {
    const inspection = seen[index];
    const file = inspection && inspectedBy(plan, enc, inspection);
    if (file) known.set(plan, file);
  }
  return known;
}

/**
 * What was found of a pair, parsed.
 * @returns undefined where something is out of the ordinary.
 */
export function inspectedBy(
  plan: PlannedOpen,
  source: string,
  { encBytes, start, keyText }: Inspection,
): InspectedFile | undefined {
  if (keyText === undefined) return undefined;
  try {
    const prelude = parsePrelude(start);
    const key = parseKeyFile(keyText);
    const { resource_name } = prelude.header;
    if (key.resource_name !== resource_name || !isOurs(prelude) || !isMeant(plan, prelude)) return undefined;
    const streamHeader = start.subarray(prelude.bytes.length, prelude.bytes.length + STREAM_HEADER_BYTES);
    const keyPath = keyPathOf(source);
    const keyName = path.basename(keyPath);
    const found = { key, keyName, keyPath, isFromRegistry: false, missingAt: undefined };
    return { plan, label: source, source, prelude, streamHeader, size: encBytes, found };
  } catch (error) {
    if (isSealkeepError(error)) return undefined;
    throw error;
  }
}

/** The same for one, with the reason where it fails. */
export async function inspectOne(
  parts: JobParts,
  plan: PlannedOpen,
  signal: AbortSignal | undefined,
): Promise<InspectedFile> {
  if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
  const { source, key } = plan;
  const label = sourceLabel(source);
  const { prelude, encBytes } = await readPreludeOf(source, signal);
  try {
    if (!isOurs(prelude)) throw new SealkeepError('RESOURCE_MISMATCH', { file: label });
    if (!isMeant(plan, prelude)) throw new SealkeepError('FILE_MISPLACED', { file: label });
    const found = await findKey(parts, source, prelude.header.resource_name, key);
    return { plan, label, source, prelude, streamHeader: undefined, size: encBytes, found };
  } catch (error) {
    throw explained(parts, { label, prelude }, error);
  }
}

/** Our KMS seals under names of our realm only: any other is another KMS's, or nobody's. */
function isOurs({ header }: Prelude): boolean {
  return splitResourceName(header.resource_name) !== undefined;
}

function isMeant({ resourceName }: PlannedOpen, { header }: Prelude): boolean {
  return resourceName === undefined || resourceName === header.resource_name;
}
