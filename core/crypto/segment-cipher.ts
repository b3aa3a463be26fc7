import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { Secret } from './secret.ts';
import { SEGMENT_TAG_BYTES, STREAM_HEADER_BYTES } from './stream-layout.ts';

const SALT_BYTES = 32;
const PREFIX_BYTES = 7;
/** One `update` of a whole segment is slower than two halves: the pieces stay within a core's cache. */
const PIECE_BYTES = 512 * 1024;
/** More than Node's shared pool gives out: a Buffer of this length has its memory to itself. */
const OWN_MEMORY_BYTES = 64 * 1024;

/** What stands, in the clear, before the segments (tink-stream.md §2). */
export interface StreamHeader {
  readonly salt: Uint8Array;
  readonly noncePrefix: Uint8Array;
}

/** Never used for two streams: salt and prefix are what keeps their keys and nonces apart. */
export function newStreamHeader(): StreamHeader {
  const bytes = randomBytes(SALT_BYTES + PREFIX_BYTES);
  return { salt: bytes.subarray(0, SALT_BYTES), noncePrefix: Uint8Array.from(bytes.subarray(SALT_BYTES)) };
}

export function encodeStreamHeader({ salt, noncePrefix }: StreamHeader): Buffer {
  return Buffer.concat([Buffer.of(STREAM_HEADER_BYTES), salt, noncePrefix]);
}

/** @throws SealkeepError FILE_DAMAGED where these are no 40 bytes that begin with their own length. */
export function parseStreamHeader(bytes: Uint8Array): StreamHeader {
  if (bytes.length !== STREAM_HEADER_BYTES || bytes[0] !== STREAM_HEADER_BYTES)
    throw new SealkeepError('FILE_DAMAGED');
  // Copies: `slice` of a Buffer is a view, and posting a view to another thread copies all that lies behind it.
  const [salt, noncePrefix] = [bytes.subarray(1, 1 + SALT_BYTES), bytes.subarray(1 + SALT_BYTES)];
  return { salt: Uint8Array.from(salt), noncePrefix: Uint8Array.from(noncePrefix) };
}

/** A stream's own key and nonces. Both may be posted to a worker thread; the key stays a KeyObject. */
export interface StreamKey {
  readonly key: KeyObject;
  readonly noncePrefix: Uint8Array;
}

/**
 * HKDF-SHA-256 with the associated data as `info`, written as its two HMACs (tink-stream.md §3), since Node's own
 * refuses an `info` of more than 1,024 bytes. The salt is public; a raw secret would cost an HMAC several times what a
 * KeyObject does.
 */
export function deriveStreamKey(dek: Secret, header: StreamHeader, associatedData: Uint8Array): StreamKey {
  const extracted = dek.use((bytes) => createHmac('sha256', header.salt).update(bytes).digest());
  const expanded = createHmac('sha256', createSecretKey(extracted))
    .update(associatedData)
    .update(Buffer.of(1))
    .digest();
  const key = createSecretKey(expanded);
  extracted.fill(0);
  expanded.fill(0);
  return { key, noncePrefix: header.noncePrefix };
}

function nonceOf(prefix: Uint8Array, index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.set(prefix);
  nonce.writeUInt32BE(index, PREFIX_BYTES);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** @returns the segment in pieces, in order, the tag last; each owns its memory (see `releasePieces`). */
export function encryptSegment(
  stream: StreamKey,
  index: number,
  isLast: boolean,
  plaintext: Uint8Array,
): Buffer[] {
  const cipher = createCipheriv('aes-256-gcm', stream.key, nonceOf(stream.noncePrefix, index, isLast), {
    authTagLength: SEGMENT_TAG_BYTES,
  });
  const pieces = inPieces(plaintext, (piece) => cipher.update(piece));
  cipher.final();
  pieces.push(cipher.getAuthTag());
  return pieces;
}

/**
 * @param segment ciphertext and tag.
 * @returns the plaintext in pieces, in order, only once the tag was checked.
 * @throws SealkeepError FILE_DAMAGED where the tag does not fit: damage, or another key, place or associated data.
 */
export function decryptSegment(
  stream: StreamKey,
  index: number,
  isLast: boolean,
  segment: Uint8Array,
): Buffer[] {
  const end = segment.length - SEGMENT_TAG_BYTES;
  if (end < 0) throw new SealkeepError('FILE_DAMAGED', { segment: index });
  const decipher = createDecipheriv('aes-256-gcm', stream.key, nonceOf(stream.noncePrefix, index, isLast), {
    authTagLength: SEGMENT_TAG_BYTES,
  });
  decipher.setAuthTag(segment.subarray(end));
  const pieces = inPieces(segment.subarray(0, end), (piece) => decipher.update(piece));
  try {
    decipher.final();
  } catch (cause) {
    releasePieces(pieces);
    throw new SealkeepError('FILE_DAMAGED', { segment: index }, { cause });
  }
  return pieces;
}

function inPieces(bytes: Uint8Array, update: (piece: Uint8Array) => Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    pieces.push(update(bytes.subarray(start, start + PIECE_BYTES)));
  }
  return pieces;
}

/**
 * Gives the pieces' memory back at once instead of at the next garbage collection: sealing 1 GiB was almost three times
 * as fast and took 150 MB less (docs/decisions/0005-segments.md).
 */
export function releasePieces(pieces: readonly Buffer[]): void {
  for (const { buffer, length } of pieces) {
    // What is smaller may be a view of memory that others use, and is not worth it.
    if (length >= OWN_MEMORY_BYTES && buffer instanceof ArrayBuffer) buffer.transfer(0);
  }
}
