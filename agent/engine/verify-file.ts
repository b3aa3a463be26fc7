import type { Secret } from '../../core/crypto/secret.ts';
import { deriveStreamKey, parseStreamHeader } from '../../core/crypto/segment-cipher.ts';
import {
  type ByteRange,
  layoutForPlaintext,
  plaintextRange,
  STREAM_HEADER_BYTES,
  type StreamLayout,
  streamRange,
} from '../../core/crypto/stream-layout.ts';
import type { Prelude } from '../../shared/formats/prelude.ts';
import { segmentError } from './file-errors.ts';
import { readAt, type SourceFile, withSourceFile } from './source-file.ts';
import type { Temporaries } from './temporaries.ts';
import { writeTemporary } from './temporary-file.ts';
import type { JobOptions, WorkerPool } from './worker-pool.ts';

/**
 * Something of a `.enc` that is not as it was sealed. `enc` are bytes of the `.enc`, also where it ends before them;
 * `plaintext` are the bytes of the file that are lost by it.
 */
export type Damage =
  /** The beginning, which was made anew: nothing is lost by it. */
  | { readonly kind: 'prelude'; readonly enc: ByteRange }
  /**
   * The byte that begins the stream header, by which nothing is lost; or all of the header, where no segment opens: that
   * takes no more than one changed byte of it, and says nothing of the segments.
   */
  | { readonly kind: 'stream-header'; readonly enc: ByteRange }
  /** Segments whose tags do not fit (`segments`), or that are not there whole (`cut`). */
  | {
      readonly kind: 'segments' | 'cut';
      readonly first: number;
      readonly count: number;
      readonly enc: ByteRange;
      readonly plaintext: ByteRange;
    }
  /** More bytes than there should be. */
  | { readonly kind: 'surplus'; readonly enc: ByteRange };

export interface Verdict {
  /** None of a file that is as it was sealed. In the order of the bytes. */
  readonly damage: readonly Damage[];
  readonly segments: number;
  /** How many of them open. */
  readonly good: number;
  /** The prelude that they open with. */
  readonly prelude: Prelude;
}

export interface VerifyRequest extends JobOptions {
  /** The `.enc` file. */
  readonly source: string;
  /** What it may have begun with, the likeliest first: the one that segments open with is right. */
  readonly preludes: readonly [Prelude, ...Prelude[]];
  /** Stays the caller's, who destroys it. */
  readonly dek: Secret;
  /** As a `.key` says whose `mac` fits. */
  readonly plaintextBytes: number;
}

export interface CheckDeps {
  readonly pool: Pick<WorkerPool, 'check'>;
  readonly temporaries: Temporaries;
}

/**
 * Looks at every segment of a `.enc` and writes nothing anywhere. A wrong DEK looks like damage of all of them.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_A_FILE, FILE_NOT_READABLE, FILE_TOO_LARGE, FILE_CHANGED (while it was
 *   looked at), JOB_CANCELLED.
 */
export async function verifyFile(
  { pool }: Pick<CheckDeps, 'pool'>,
  request: VerifyRequest,
): Promise<Verdict> {
  return withSourceFile(request.source, async (input) => {
    const [likeliest, ...others] = request.preludes;
    let verdict = await judge(pool, input, request, likeliest);
    for (const prelude of others) {
      if (verdict.good > 0) break;
      const other = await judge(pool, input, request, prelude);
      if (other.good > 0) verdict = other;
    }
    await input.assertUnchanged();
    return verdict;
  });
}

export interface SalvageRequest extends Omit<VerifyRequest, 'preludes'> {
  /** The one that segments open with. */
  readonly prelude: Prelude;
  /** Where the partial file is to appear. */
  readonly folder: string;
}

export interface SalvagedTemporary {
  /** A synced file without a name, as long as the whole one was; what is lost of it are zeros. */
  readonly temporary: string;
  readonly verdict: Verdict;
}

/**
 * Writes what still opens of a `.enc` into a temporary file, each byte in its place.
 * @throws SealkeepError what `verifyFile` does, OUTPUT_NO_SPACE, OUTPUT_NOT_WRITABLE; nothing is left in the folder then.
 */
export async function salvageToTemporary(
  { pool, temporaries }: CheckDeps,
  request: SalvageRequest,
): Promise<SalvagedTemporary> {
  const { source, prelude, folder, plaintextBytes, signal } = request;
  return withSourceFile(source, async (input) => {
    const verdicts: Verdict[] = [];
    const temporary = await writeTemporary(
      temporaries,
      folder,
      async (output) => {
        verdicts.push(await judge(pool, input, request, prelude, { descriptor: output.fd, folder }));
        await output.truncate(plaintextBytes);
        await input.assertUnchanged();
      },
      signal,
    );
    const [verdict] = verdicts;
    if (!verdict) throw new TypeError('a file was written without being looked at');
    return { temporary, verdict };
  });
}

/** @param output where the good segments go, if anywhere. */
async function judge(
  pool: CheckDeps['pool'],
  input: SourceFile,
  { source, dek, plaintextBytes, onProgress, signal }: Omit<VerifyRequest, 'preludes'>,
  prelude: Prelude,
  output?: { readonly descriptor: number; readonly folder: string },
): Promise<Verdict> {
  const streamOffset = prelude.bytes.length;
  const start = await readAt(input.handle, source, streamOffset + STREAM_HEADER_BYTES, 0);
  const layout = layoutForPlaintext(plaintextBytes);
  const whole = wholeSegments(layout, input.bytes - streamOffset);
  const header = start.slice(streamOffset);
  // It says its own length, which is always the same: damage to it loses nothing.
  const said = header[0];
  header[0] = STREAM_HEADER_BYTES;
  let bad: readonly number[] = [];
  if (whole > 0) {
    const stream = deriveStreamKey(dek, parseStreamHeader(header), prelude.bytes);
    const task = { kind: 'check', input: input.handle.fd, streamOffset, stream, layout, whole } as const;
    const outcome = await pool.check({ ...task, output: output?.descriptor }, { onProgress, signal });
    if (outcome.failure)
      throw segmentError(outcome.failure, { file: source, folder: output?.folder ?? '' }, 'FILE_CHANGED');
    bad = outcome.bad;
  }
  const place = { layout, streamOffset, encBytes: input.bytes };
  const damage = [
    ...preludeDamage(start.subarray(0, streamOffset), prelude),
    ...streamHeaderDamage(streamOffset, { said, isAnythingGood: whole === 0 || bad.length < whole }),
    ...runsOf(bad).map(([first, count]) => segmentDamage('segments', place, first, count)),
    ...(whole < layout.segments ? [segmentDamage('cut', place, whole, layout.segments - whole)] : []),
    ...surplus(place),
  ];
  return { damage, segments: layout.segments, good: whole - bad.length, prelude };
}

/** How many segments lie wholly in what there is of a stream. */
function wholeSegments(layout: StreamLayout, streamBytes: number): number {
  if (streamBytes >= layout.streamBytes) return layout.segments;
  return Math.max(0, Math.floor(streamBytes / layout.segmentBytes));
}

/** From the first byte that is another to the last one. */
function preludeDamage(found: Uint8Array, { bytes }: Prelude): Damage[] {
  const offset = bytes.findIndex((byte, index) => byte !== found[index]);
  if (offset < 0) return [];
  const last = bytes.findLastIndex((byte, index) => byte !== found[index]);
  return [{ kind: 'prelude', enc: { offset, length: last - offset + 1 } }];
}

function streamHeaderDamage(
  offset: number,
  { said, isAnythingGood }: { readonly said: number | undefined; readonly isAnythingGood: boolean },
): Damage[] {
  const isChanged = said !== undefined && said !== STREAM_HEADER_BYTES;
  if (isAnythingGood && !isChanged) return [];
  return [{ kind: 'stream-header', enc: { offset, length: isAnythingGood ? 1 : STREAM_HEADER_BYTES } }];
}

interface StreamPlace {
  readonly layout: StreamLayout;
  readonly streamOffset: number;
  readonly encBytes: number;
}

function segmentDamage(
  kind: 'segments' | 'cut',
  { layout, streamOffset, encBytes }: StreamPlace,
  first: number,
  count: number,
): Damage {
  const sealed = rangeFrom(streamRange(layout, first), streamRange(layout, first + count - 1));
  const plaintext = rangeFrom(plaintextRange(layout, first), plaintextRange(layout, first + count - 1));
  const end = streamOffset + sealed.offset + sealed.length;
  // What is cut off may begin before its first segment does, in the stream header.
  const offset = Math.min(streamOffset + sealed.offset, encBytes);
  return { kind, first, count, enc: { offset, length: end - offset }, plaintext };
}

function rangeFrom(first: ByteRange, last: ByteRange): ByteRange {
  return { offset: first.offset, length: last.offset + last.length - first.offset };
}

function surplus({ layout, streamOffset, encBytes }: StreamPlace): Damage[] {
  const offset = streamOffset + layout.streamBytes;
  return encBytes > offset ? [{ kind: 'surplus', enc: { offset, length: encBytes - offset } }] : [];
}

/** 1, 2, 3, 7 → [1, 3], [7, 1] */
function runsOf(indices: readonly number[]): [first: number, count: number][] {
  const runs: [number, number][] = [];
  for (const index of indices) {
    const run = runs.at(-1);
    if (run && run[0] + run[1] === index) run[1] += 1;
    else runs.push([index, 1]);
  }
  return runs;
}
