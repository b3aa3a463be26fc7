import path from 'node:path';
import { STREAM_HEADER_BYTES } from '../../core/crypto/stream-layout.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { parseKeyFile } from '../../shared/formats/key-file.ts';
import { type Prelude, parsePrelude } from '../../shared/formats/prelude.ts';
import { splitResourceName } from '../../shared/names/resource-name.ts';
import type { Inspection } from '../engine/inspect-files.ts';
import { readPrelude } from '../engine/open-file.ts';
import { openSealedStream, type SealedStream } from '../engine/open-stream.ts';
import { type Source, sourceLabel } from '../engine/source.ts';
import { explained } from './explained.ts';
import { type FoundKey, findKey, keyPathOf } from './find-key.ts';
import type { JobParts } from './parts.ts';
import { attemptEach, type JobReport } from './report.ts';

/** A `.enc` whose prelude was looked at and whose `.key` was found; both are claims. */
export interface InspectedFile {
  /** How the report names it. */
  readonly label: string;
  /** A stream waits, with its prelude looked at, until its key is here. */
  readonly source: string | SealedStream;
  readonly prelude: Prelude;
  /** What follows the prelude; known of those that were looked at with others. */
  readonly streamHeader: Uint8Array | undefined;
  /** Length of the `.enc`. */
  readonly size: number;
  readonly found: FoundKey;
}

/** Looks at sealed files and finds their keys. What fails is reported. */
export async function inspectSources(
  parts: JobParts,
  sources: readonly Source[],
  {
    keys,
    signal,
  }: { readonly keys?: ReadonlyMap<Source, Source> | undefined; readonly signal?: AbortSignal | undefined },
  report: JobReport,
): Promise<InspectedFile[]> {
  const simple = sources.filter(
    (source): source is string => typeof source === 'string' && !keys?.has(source),
  );
  const seen =
    simple.length > 1 && !signal?.aborted
      ? await parts.engine.pool.inspect(simple.map((enc) => ({ enc, key: keyPathOf(enc) })))
      : [];
  const looked = new Map<Source, Inspection | undefined>(
    simple.map((source, index) => [source, seen[index]]),
  );
  return attemptEach(report, sources, sourceLabel, async (source) => {
    const quick = looked.get(source);
    const known = quick && typeof source === 'string' ? inspectedBy(source, quick) : undefined;
    return known ?? inspectOne(parts, source, keys?.get(source), signal);
  });
}

/**
 * What was found of a pair, parsed.
 * @returns undefined where something is out of the ordinary.
 */
export function inspectedBy(
  source: string,
  { encBytes, start, keyText }: Inspection,
): InspectedFile | undefined {
  if (keyText === undefined) return undefined;
  try {
    const prelude = parsePrelude(start);
    const key = parseKeyFile(keyText);
    const { resource_name } = prelude.header;
    if (key.resource_name !== resource_name || !splitResourceName(resource_name)) return undefined;
    const streamHeader = start.subarray(prelude.bytes.length, prelude.bytes.length + STREAM_HEADER_BYTES);
    const keyName = path.basename(keyPathOf(source));
    const found = { key, keyName, isFromRegistry: false, missingAt: undefined };
    return { label: source, source, prelude, streamHeader, size: encBytes, found };
  } catch (error) {
    if (isSealkeepError(error)) return undefined;
    throw error;
  }
}

async function inspectOne(
  parts: JobParts,
  from: Source,
  givenKey: Source | undefined,
  signal: AbortSignal | undefined,
): Promise<InspectedFile> {
  if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
  const label = sourceLabel(from);
  const source = typeof from === 'string' ? from : await openSealedStream(from, signal);
  const { prelude, encBytes } = typeof source === 'string' ? await readPrelude(source) : source;
  try {
    assertOurs(prelude, label);
    const found = await findKey(parts, from, prelude.header.resource_name, givenKey);
    return { label, source, prelude, streamHeader: undefined, size: encBytes, found };
  } catch (error) {
    closeStream(source);
    throw explained(parts, { label, prelude }, error);
  }
}

export function closeStream(source: InspectedFile['source']): void {
  if (typeof source !== 'string') source.reader.close();
}

/** Our KMS seals under names of our realm only: any other is another KMS's, or nobody's. */
function assertOurs({ header }: Prelude, file: string): void {
  if (splitResourceName(header.resource_name)) return;
  throw new SealkeepError('RESOURCE_MISMATCH', { file });
}
