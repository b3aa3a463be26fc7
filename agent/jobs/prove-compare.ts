import type { Secret } from '../../core/crypto/secret.ts';
import { deriveStreamKey, parseStreamHeader } from '../../core/crypto/segment-cipher.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { compareFile } from '../engine/compare-file.ts';
import type { CompareWhole } from '../engine/compare-whole-files.ts';
import { headOf, WHOLE_BYTES } from '../engine/whole-files.ts';
import { assertProven } from './assert-proven.ts';
import { inOrders } from './in-orders.ts';
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
  const done = await inOrders(small, {
    async plan(one) {
      const order = planWhole(parts, one);
      return order && { one, order };
    },
    run: (planned) => compareOrder(parts, planned, signal),
  });
  return attemptEach(
    report,
    files,
    ({ file }) => file.original,
    async (one) => done.get(one) ?? compareAlone(parts, one, signal, report),
  );
}

interface PlannedCompare {
  readonly one: KeyedProof;
  readonly order: CompareWhole;
}

/** @returns those that are the same; the others are for `compareAlone`. */
async function compareOrder(
  { engine }: JobParts,
  planned: readonly PlannedCompare[],
  signal: AbortSignal | undefined,
): Promise<(readonly [KeyedProof, ComparedFile])[]> {
  const startedAt = performance.now();
  const files = planned.map(({ order }) => order);
  const same = await engine.pool.runWhole({ kind: 'compare', files }, signal);
  const ms = msSince(startedAt);
  return planned
    .filter((_, index) => same[index])
    .map(({ one }) => [one, { file: one.file, segments: 1, ms }]);
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
