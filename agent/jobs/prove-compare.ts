import { setImmediate as breath } from 'node:timers/promises';
import type { Secret } from '../../core/crypto/secret.ts';
import { deriveStreamKey, parseStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { compareFile } from '../engine/compare-file.ts';
import type { CompareWhole } from '../engine/compare-whole-files.ts';
import { headOf, WHOLE_BYTES, WHOLE_FILES_PER_ORDER } from '../engine/whole-files.ts';
import { assertProven } from './assert-proven.ts';
import type { JobParts } from './parts.ts';
import type { ProofReport, SeenFile } from './proof.ts';
import { attemptEach, msSince } from './report.ts';

/** A file whose DEK the KMS has just unwrapped. */
export interface KeyedProof {
  readonly file: SeenFile;
  readonly dek: Secret;
}

/** A file whose original holds what its pair opens to. */
export interface ComparedFile {
  readonly file: SeenFile;
  readonly segments: number;
  readonly ms: number;
}

/** Compares pairs with their originals, many small ones in one go. What fails is reported. */
export async function compareFiles(
  parts: JobParts,
  files: readonly KeyedProof[],
  signal: AbortSignal | undefined,
  report: ProofReport,
): Promise<ComparedFile[]> {
  const small = files.filter(({ file }) => file.seen.original.size <= BigInt(WHOLE_BYTES));
  const done =
    small.length > 1 ? await compareWhole(parts, small, signal) : new Map<KeyedProof, ComparedFile>();
  return attemptEach(
    report,
    files,
    ({ file }) => file.original,
    async (one) => done.get(one) ?? compareAlone(parts, one, signal, report),
  );
}

/** @returns those that are the same; the others are for `compareAlone`. */
async function compareWhole(
  parts: JobParts,
  files: readonly KeyedProof[],
  signal: AbortSignal | undefined,
): Promise<Map<KeyedProof, ComparedFile>> {
  const done = new Map<KeyedProof, ComparedFile>();
  const running: Promise<void>[] = [];
  for (let start = 0; start < files.length; start += WHOLE_FILES_PER_ORDER) {
    const planned = files.slice(start, start + WHOLE_FILES_PER_ORDER).flatMap((one) => {
      const order = planWhole(parts, one);
      return order ? [{ one, order }] : [];
    });
    const startedAt = performance.now();
    const orders = planned.map(({ order }) => order);
    running.push(
      parts.engine.pool.runWhole({ kind: 'compare', files: orders }, signal).then((same) => {
        const ms = msSince(startedAt);
        for (const [index, { one }] of planned.entries())
          if (same[index]) done.set(one, { file: one.file, segments: 1, ms });
      }),
    );
    // So many keys take a millisecond or two: others may want the main thread too.
    await breath();
  }
  await Promise.all(running);
  return done;
}

/** @returns undefined where something is out of the ordinary. */
function planWhole(parts: JobParts, { file, dek }: KeyedProof): CompareWhole | undefined {
  const { enc, original, pair } = file;
  if (!pair.streamHeader) return undefined;
  try {
    assertClaims(parts, { file, dek });
    const head = headOf(pair.prelude.bytes, pair.streamHeader);
    const stream = deriveStreamKey(dek, parseStreamHeader(pair.streamHeader), pair.prelude.bytes);
    return { enc, encBytes: pair.size, head, stream, original, bytes: pair.found.key.size };
  } catch (error) {
    if (isSealkeepError(error)) return undefined;
    throw error;
  }
}

async function compareAlone(
  parts: JobParts,
  { file, dek }: KeyedProof,
  signal: AbortSignal | undefined,
  report: ProofReport,
): Promise<ComparedFile> {
  const { enc, original, pair } = file;
  assertClaims(parts, { file, dek });
  const startedAt = performance.now();
  const onProgress = (bytes: number) => report.progress(original, bytes, pair.found.key.size);
  const request = { enc, original, prelude: pair.prelude, dek, onProgress, signal };
  const segments = await compareFile(parts.engine, request);
  return { file, segments, ms: msSince(startedAt) };
}

/**
 * The `.key` on disk has to be the one that was sealed for this file, not only one that opens.
 * @throws SealkeepError KEY_FILE_ALTERED, FILE_NOT_FOUND where it is gone, PROOF_FAILED where it is of a file of another
 *   size.
 */
function assertClaims(parts: JobParts, { file: { original, key, pair, seen }, dek }: KeyedProof): void {
  if (pair.found.isFromRegistry) throw new SealkeepError('FILE_NOT_FOUND', { file: key });
  assertProven(parts, dek, pair.found);
  if (BigInt(pair.found.key.size) !== seen.original.size)
    throw new SealkeepError('PROOF_FAILED', { file: original });
}
