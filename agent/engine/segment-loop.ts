import { readSync, writeSync, writevSync } from 'node:fs';
import { encryptSegment, releasePieces } from '../../core/crypto/segment-cipher.ts';
import { plaintextRange, streamRange } from '../../core/crypto/stream-layout.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { decryptOrUndefined } from './decrypt-or-undefined.ts';
import type { JobCounters } from './job-counters.ts';
import type { CheckTask, CompareTask, SegmentFailure, SegmentOutcome, SegmentTask } from './segment-task.ts';

/** How segments are read and written. */
export interface SegmentFiles {
  /** @returns how much there was: less than asked for only at the file's end. @throws the system's error. */
  read(file: number, bytes: Buffer, position: number): number;
  /** @returns how much was written: all of it. @throws the system's error. */
  write(file: number, pieces: readonly Buffer[], position: number): number;
}

export const systemFiles: SegmentFiles = { read: readFully, write: writeFully };

/**
 * Takes segments of the job until none is left or somebody stops it: read, encrypt or decrypt, write in place or compare.
 * All of it is synchronous: it is a worker thread's only work, and a segment is the step between two looks at the flag.
 * A failure stops the job's other threads too; to a check a bad segment is none.
 * @param buffer at least a segment long, the thread's own.
 */
export function processSegments(
  task: SegmentTask | CompareTask | CheckTask,
  counters: JobCounters,
  buffer: Buffer,
  files: SegmentFiles = systemFiles,
): SegmentOutcome {
  const { layout } = task;
  const end = task.kind === 'check' ? task.whole : layout.segments;
  const bad: number[] = [];
  while (!counters.isStopped()) {
    const index = counters.takeSegment();
    if (index >= end) break;
    const failure =
      task.kind === 'compare'
        ? compareSegment(task, index, buffer, files)
        : processSegment(task, index, buffer, files);
    if (failure && !(task.kind === 'check' && isBadSegment(failure))) {
      counters.stop();
      return { failure };
    }
    if (failure) bad.push(index);
    counters.addBytes(plaintextRange(layout, index).length);
  }
  return { bad };
}

/** A tag that does not fit, or a place that the disk can't read any more; the segments around it may be good. */
function isBadSegment(failure: SegmentFailure): boolean {
  return failure.reason === 'tag' || (failure.reason === 'input' && failure.systemCode === 'EIO');
}

function processSegment(
  task: SegmentTask | CheckTask,
  index: number,
  buffer: Buffer,
  files: SegmentFiles,
): SegmentFailure | undefined {
  const { kind, output, stream, layout } = task;
  const clear = plaintextRange(layout, index);
  const sealed = streamRange(layout, index);
  const sealedAt = task.streamOffset + sealed.offset;
  const [from, length, to] =
    kind === 'seal' ? [clear.offset, clear.length, sealedAt] : [sealedAt, sealed.length, clear.offset];

  const bytes = buffer.subarray(0, length);
  const read = orFailure('input', () => files.read(task.input, bytes, from));
  if (typeof read === 'object') return read;
  if (read < length) return { reason: 'short', segment: index };

  const isLast = index === layout.segments - 1;
  const pieces =
    kind === 'seal'
      ? encryptSegment(stream, index, isLast, bytes)
      : decryptOrUndefined(stream, index, isLast, bytes);
  if (!pieces) return { reason: 'tag', segment: index };
  try {
    // Nothing is there yet, and what is not there reads as zeros: a sparse file stays one.
    if (output === undefined || (kind !== 'seal' && pieces.every(isZeros))) return undefined;
    const written = orFailure('output', () => files.write(output, pieces, to));
    return typeof written === 'object' ? written : undefined;
  } finally {
    releasePieces(pieces);
  }
}

function compareSegment(
  task: CompareTask,
  index: number,
  buffer: Buffer,
  files: SegmentFiles,
): SegmentFailure | undefined {
  const { stream, layout } = task;
  const sealed = streamRange(layout, index);
  const clear = plaintextRange(layout, index);
  const segment = buffer.subarray(0, sealed.length);
  const read = orFailure('input', () => files.read(task.input, segment, task.streamOffset + sealed.offset));
  if (typeof read === 'object') return read;
  if (read < sealed.length) return { reason: 'short', segment: index };

  const isLast = index === layout.segments - 1;
  const pieces = decryptOrUndefined(stream, index, isLast, segment);
  if (!pieces) return { reason: 'tag', segment: index };
  try {
    // Nobody needs the ciphertext any more: the original's bytes take its place.
    const original = buffer.subarray(0, clear.length);
    const found = orFailure('original', () => files.read(task.original, original, clear.offset));
    if (typeof found === 'object') return found;
    const isSame = found === clear.length && isConcatenation(original, pieces);
    return isSame ? undefined : { reason: 'differs', segment: index };
  } finally {
    releasePieces(pieces);
  }
}

/** Whether `bytes` are the pieces, one after the other. */
export function isConcatenation(bytes: Buffer, pieces: readonly Buffer[]): boolean {
  let start = 0;
  for (const piece of pieces) {
    const end = start + piece.length;
    if (!bytes.subarray(start, end).equals(piece)) return false;
    start = end;
  }
  return start === bytes.length;
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Ends at the first byte that is none, which for most content is the first byte. */
export function isZeros(piece: Buffer): boolean {
  for (let start = 0; start < piece.length; start += ZEROS.length) {
    const part = piece.subarray(start, start + ZEROS.length);
    if (!part.equals(ZEROS.subarray(0, part.length))) return false;
  }
  return true;
}

function orFailure(reason: 'input' | 'original' | 'output', work: () => number): number | SegmentFailure {
  try {
    return work();
  } catch (error) {
    const systemCode = codeOf(error);
    if (systemCode === undefined) throw error;
    return { reason, systemCode };
  }
}

function readFully(file: number, bytes: Buffer, position: number): number {
  let done = 0;
  while (done < bytes.length) {
    const read = readSync(file, bytes, done, bytes.length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** A system may write a part only, and says why with the next call. */
function writeFully(file: number, pieces: readonly Buffer[], position: number): number {
  let done = pieces.length > 0 ? writevSync(file, pieces, position) : 0;
  let start = 0;
  for (const piece of pieces) {
    const end = start + piece.length;
    while (done < end) done += writeSync(file, piece, done - start, end - done, position + done);
    start = end;
  }
  return done;
}
