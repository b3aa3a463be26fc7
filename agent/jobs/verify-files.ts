import path from 'node:path';
import { SealkeepError } from '../../shared/errors/error.ts';
import { ENC_ENDING } from '../../shared/names/file-name.ts';
import { partialName } from '../../shared/names/partial-name.ts';
import { publish } from '../engine/publish.ts';
import { assertRoom } from '../engine/room.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import { type Damage, salvageToTemporary, type Verdict, verifyFile } from '../engine/verify-file.ts';
import { batchesOf } from './groups.ts';
import type { JobParts } from './parts.ts';
import { type ProvenKey, provenKeyOf, provenKeysOf } from './proven-key.ts';
import { errorOf, type JobReport, msSince } from './report.ts';

export interface VerifyFilesRequest {
  /** `.enc` files. */
  readonly sources: readonly string[];
  /** Writes what is left of damaged ones. */
  readonly isSalvage?: boolean;
  /** Where that goes; beside each source where it is not given. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What became of one file that could be looked at. */
export interface VerifiedFile {
  readonly file: string;
  /** Which one it is: what opens is proven to be that, and what doesn't claims it. */
  readonly resourceName: string;
  /** Of the file as it was sealed. */
  readonly bytes: number;
  /** None of a `.enc` that is as it was sealed. */
  readonly damage: readonly Damage[];
  readonly segments: number;
  /** Segments that open. */
  readonly good: number;
  /** Whose `.key` fits. */
  readonly key: 'beside' | 'registry';
  /** What is wrong with the one beside, where that one does not. */
  readonly keyError: SealkeepError | undefined;
  /** What was written of a damaged one: as long as the file was, with zeros for what is lost; the file itself where nothing is. */
  readonly partial: { readonly out: string } | undefined;
  readonly ms: number;
}

/** Each file ends with exactly one of `verified` and `failed`, in order; the latter could not be looked at. */
export interface VerifyReport extends Omit<JobReport, 'finished'> {
  verified(file: VerifiedFile): void;
}

/**
 * Looks at all of each sealed file and its `.key`, says where they are damaged, and writes no plaintext but where it is to
 * salvage. The KMS unwraps as it does for an opening, and its audit log says what for.
 */
export async function verifyFiles(
  parts: JobParts,
  request: VerifyFilesRequest,
  report: VerifyReport,
): Promise<void> {
  // Without a login the job fails once, not file by file.
  await parts.login.tokens();
  for (const sources of batchesOf(request.sources)) await verifyBatch(parts, sources, request, report);
}

async function verifyBatch(
  parts: JobParts,
  sources: readonly string[],
  request: VerifyFilesRequest,
  report: VerifyReport,
): Promise<void> {
  const isTogether = sources.length > 1 && !request.signal?.aborted;
  const keys = isTogether ? await provenKeysOf(parts, sources, 'verify') : new Map<string, ProvenKey>();
  const inOrder = orderly();
  try {
    await sideBySide([...sources.entries()], async ([index, source]) => {
      const [outcome] = await Promise.allSettled([verify(parts, source, keys.get(source), request, report)]);
      inOrder(index, () => {
        if (outcome.status === 'fulfilled') report.verified(outcome.value);
        else report.failed(source, errorOf(source, outcome.reason));
      });
    });
  } finally {
    for (const { dek } of keys.values()) dek.destroy();
  }
}

/** Tells each as soon as all before it were told, however they come. */
function orderly(): (index: number, tell: () => void) => void {
  const waiting = new Map<number, () => void>();
  let next = 0;
  return (index, tell) => {
    waiting.set(index, tell);
    for (let due = waiting.get(next); due; due = waiting.get(next)) {
      waiting.delete(next);
      next += 1;
      due();
    }
  };
}

async function verify(
  parts: JobParts,
  source: string,
  known: ProvenKey | undefined,
  request: VerifyFilesRequest,
  report: VerifyReport,
): Promise<VerifiedFile> {
  // Whoever cancels wants no more unwraps in the audit log either.
  if (request.signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
  const proven = known ?? (await provenKeyOf(parts, source, 'verify'));
  try {
    return await verifyOne(parts, source, proven, request, report);
  } finally {
    if (!known) proven.dek.destroy();
  }
}

async function verifyOne(
  parts: JobParts,
  source: string,
  proven: ProvenKey,
  request: VerifyFilesRequest,
  report: VerifyReport,
): Promise<VerifiedFile> {
  const startedAt = performance.now();
  const { dek, key, preludes, preludeError, keyError, isFromRegistry } = proven;
  const onProgress = (bytes: number) => report.progress(source, bytes, key.size);
  const how = { source, dek, plaintextBytes: key.size, onProgress, signal: request.signal };
  const [likeliest, ...others] = preludes;
  if (!likeliest) throw preludeError ?? new SealkeepError('INTERNAL');
  const verdict = await verifyFile(parts.engine, { ...how, preludes: [likeliest, ...others] });
  // Nothing says that this ever was the file of that key.
  if (preludeError && verdict.good === 0) throw preludeError;
  if (keyError?.code === 'KEY_FILE_MISMATCH' && !isFromRegistry && verdict.good === 0) throw keyError;
  const isWanted = request.isSalvage && verdict.damage.length > 0 && verdict.good > 0;
  const salvaged = isWanted ? await salvage(parts, how, verdict, proven, request) : undefined;
  return {
    file: source,
    resourceName: key.resource_name,
    bytes: key.size,
    ...partsOf(salvaged?.verdict ?? verdict),
    key: isFromRegistry ? 'registry' : 'beside',
    // The one beside was right after all: it was the prelude that named another resource.
    keyError: isFromRegistry ? keyError : undefined,
    partial: salvaged && { out: salvaged.out },
    ms: msSince(startedAt),
  };
}

function partsOf({ damage, segments, good }: Verdict): Pick<VerifiedFile, 'damage' | 'segments' | 'good'> {
  return { damage, segments, good };
}

async function salvage(
  { engine }: JobParts,
  how: Omit<Parameters<typeof salvageToTemporary>[1], 'prelude' | 'folder'>,
  { prelude }: Verdict,
  { key }: ProvenKey,
  request: VerifyFilesRequest,
): Promise<{ readonly out: string; readonly verdict: Verdict }> {
  const { source } = how;
  const folder = request.folder ?? path.dirname(path.resolve(source));
  await assertRoom({ folder, files: 1, bytes: key.size });
  const { temporary, verdict } = await salvageToTemporary(engine, { ...how, prelude, folder });
  const whole = source.endsWith(ENC_ENDING) ? path.basename(source, ENC_ENDING) : key.name;
  const [out = ''] = await publish(engine, {
    folder,
    name: verdict.good === verdict.segments ? whole : partialName(whole),
    files: [{ temporary, ending: '' }],
  });
  return { out, verdict };
}
