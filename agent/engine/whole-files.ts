import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsync,
  openSync,
  readSync,
  writevSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { encryptSegment, releasePieces, type StreamKey } from '../../core/crypto/segment-cipher.ts';
import { SEGMENT_BYTES, SEGMENT_TAG_BYTES, STREAM_HEADER_BYTES } from '../../core/crypto/stream-layout.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { LIMITS } from '../../shared/limits.ts';
import { type Attributes, areSameAttributes, exactAttributesOf, setAttributesSync } from './attributes.ts';
import { decryptOrUndefined } from './decrypt-or-undefined.ts';
import { identityOf, isSameFile } from './file-identity.ts';
import { msUntilRest } from './file-rest.ts';
import type { JobCounters } from './job-counters.ts';

/** Plaintext bytes up to which a file is one segment, and is read, encrypted and written whole. */
export const WHOLE_BYTES = SEGMENT_BYTES - STREAM_HEADER_BYTES - SEGMENT_TAG_BYTES;
/**
 * Few enough for the main thread, which makes their keys at a stretch, and for what a process may have open: each has up to
 * two files open at the same moment.
 */
export const WHOLE_FILES_PER_ORDER = 32;
/** What a worker's buffer has to hold: a sealed whole file, and one byte more, by which growth is noticed. */
export const WHOLE_BUFFER_BYTES = LIMITS.prelude + SEGMENT_BYTES + 1;

/** A small file to seal: everything that is to be in its pair is known but the ciphertext. */
export interface SealWhole {
  readonly source: string;
  /** Plaintext bytes, as the plan has them: `keyText` says so too. */
  readonly bytes: number;
  /** The same, where they are to be told of what was sealed. */
  readonly attributes?: Attributes | undefined;
  /** Prelude and stream header. */
  readonly head: Uint8Array;
  readonly stream: StreamKey;
  /** Paths for the two temporary files. */
  readonly enc: string;
  readonly key: string;
  readonly keyText: string;
}

/** A small `.enc` to open. */
export interface OpenWhole {
  readonly source: string;
  /** Length of the `.enc`, and how it has to begin: what its DEK was asked for. */
  readonly encBytes: number;
  readonly head: Uint8Array;
  readonly stream: StreamKey;
  /** Path for the temporary file. */
  readonly output: string;
  readonly attributes?: Attributes | undefined;
}

/**
 * How a `.enc` begins: prelude and stream header. The memory is its own, as posting a view to another thread copies all
 * that lies behind it.
 */
export function headOf(prelude: Uint8Array, streamHeader: Uint8Array): Uint8Array {
  const head = new Uint8Array(prelude.length + streamHeader.length);
  head.set(prelude);
  head.set(streamHeader, prelude.length);
  return head;
}

const synced = promisify(fsync);

/**
 * Seals small files in one go; what is done is synced. Whatever is out of the ordinary with a file (it changed, is not yet
 * at rest for so long, can't be read, has no room) leaves it undone: the way for large files then finds out what it is.
 * @returns which of them are done.
 */
export function sealWholeFiles(
  { files, restMs }: { readonly files: readonly SealWhole[]; readonly restMs: number },
  counters: JobCounters,
  buffer: Buffer,
): Promise<boolean[]> {
  return eachSynced(files, counters, (file) => {
    const isAsPlanned = (found: BigIntStats) =>
      msUntilRest(found, restMs) === 0 &&
      (!file.attributes || areSameAttributes(exactAttributesOf(found), file.attributes));
    const plaintext = readWhole(file.source, file.bytes, buffer, isAsPlanned);
    if (!plaintext) return undefined;
    const pieces = encryptSegment(file.stream, 0, true, plaintext);
    try {
      return writeNew([
        [file.enc, [file.head, ...pieces]],
        [file.key, [Buffer.from(file.keyText)]],
      ]);
    } finally {
      releasePieces(pieces);
    }
  });
}

/** Opens small files in the same way. */
export function openWholeFiles(
  files: readonly OpenWhole[],
  counters: JobCounters,
  buffer: Buffer,
): Promise<boolean[]> {
  return eachSynced(files, counters, (file) => {
    const enc = readWhole(file.source, file.encBytes, buffer);
    if (!enc || Buffer.compare(enc.subarray(0, file.head.length), file.head) !== 0) return undefined;
    const pieces = decryptOrUndefined(file.stream, 0, true, enc.subarray(file.head.length));
    if (!pieces) return undefined;
    try {
      return writeNew([[file.output, pieces]], file.attributes);
    } finally {
      releasePieces(pieces);
    }
  });
}

/** Writes file by file, then syncs them side by side: the system then makes one commit of many. */
async function eachSynced<File>(
  files: readonly File[],
  counters: JobCounters,
  write: (file: File) => readonly number[] | undefined,
): Promise<boolean[]> {
  const written = files.map((file) => (counters.isStopped() ? undefined : unlessRefused(() => write(file))));
  return Promise.all(written.map((descriptors) => (descriptors ? syncAndClose(descriptors) : false)));
}

async function syncAndClose(descriptors: readonly number[]): Promise<boolean> {
  // Until the last one has ended: a number that is closed is another file's next.
  const outcomes = await Promise.allSettled(descriptors.map((descriptor) => synced(descriptor)));
  closeAll(descriptors);
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  for (const { reason } of failed) if (codeOf(reason) === undefined) throw reason;
  return failed.length === 0;
}

/** What the system refuses leaves the file undone. */
export function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * @param isMeant looks at it before it is read.
 * @returns the file's bytes in `buffer`; undefined where it is not a plain file of just this length, or not what is meant, or
 *   changes.
 */
export function readWhole(
  file: string,
  length: number,
  buffer: Buffer,
  isMeant: (found: BigIntStats) => boolean = () => true,
): Buffer | undefined {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const before = fstatSync(descriptor, { bigint: true });
    if (!before.isFile() || before.size !== BigInt(length) || !isMeant(before)) return undefined;
    // One byte more than there should be: some files have more in them than their size says.
    const room = buffer.subarray(0, length + 1);
    let done = 0;
    while (done < room.length) {
      const read = readSync(descriptor, room, done, room.length - done, done);
      if (read === 0) break;
      done += read;
    }
    const isSame = isSameFile(identityOf(fstatSync(descriptor, { bigint: true })), identityOf(before));
    return done === length && isSame ? room.subarray(0, length) : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** @returns the new files' descriptors, written whole; undefined where the system took a part only. */
function writeNew(
  files: readonly (readonly [string, readonly Uint8Array[]])[],
  attributes?: Attributes,
): number[] | undefined {
  const descriptors: number[] = [];
  try {
    const isWhole = files.every(([file, pieces]) => {
      const descriptor = openSync(file, 'wx', 0o600);
      descriptors.push(descriptor);
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      const isWritten = length === 0 || writevSync(descriptor, pieces) === length;
      if (isWritten && attributes) setAttributesSync(descriptor, attributes);
      return isWritten;
    });
    if (isWhole) return descriptors;
    closeAll(descriptors);
    return undefined;
  } catch (error) {
    closeAll(descriptors);
    throw error;
  }
}

function closeAll(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) closeSync(descriptor);
}
