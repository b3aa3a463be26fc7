import { z } from 'zod';
import { SealkeepError } from '../errors/error.ts';
import { LIMITS } from '../limits.ts';

/** The only payload cipher of version 1; docs/file-format.md has the parameters. */
const AEAD_NAME = 'AES256_GCM_HKDF_1MB';
const MAGIC = 'SEALKEEP';
export const MAGIC_BYTES = MAGIC.length;
const VERSION = 1;
/** Magic, version and header length: what has to be read before the header's length is known. */
const PRELUDE_FIXED_BYTES = 13;

const preludeHeader = z.object({
  resource_name: z.string().min(1).max(LIMITS.resourceName),
  kacls_url: z.string().min(1).max(512),
  aead: z.literal(AEAD_NAME),
});

/** What the prelude of a `.enc` says. Nothing in it is to be believed before the payload's first segment opened. */
export type PreludeHeader = z.infer<typeof preludeHeader>;

export interface Prelude {
  readonly header: PreludeHeader;
  /** The whole prelude as it stands in the file: the payload's associated data. */
  readonly bytes: Uint8Array;
}

/**
 * The bytes that a `.enc` begins with: `"SEALKEEP" | version u8 | header length u32 big-endian | header, UTF-8 JSON`.
 * @throws SealkeepError FILE_NAME_REFUSED where the header would pass its 1,000 bytes.
 */
export function encodePrelude(header: Omit<PreludeHeader, 'aead'>): Prelude {
  const full: PreludeHeader = {
    resource_name: header.resource_name,
    kacls_url: header.kacls_url,
    aead: AEAD_NAME,
  };
  const json = new TextEncoder().encode(JSON.stringify(full));
  if (json.length > LIMITS.preludeHeader) throw new SealkeepError('FILE_NAME_REFUSED');
  const bytes = new Uint8Array(PRELUDE_FIXED_BYTES + json.length);
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  bytes[8] = VERSION;
  new DataView(bytes.buffer).setUint32(9, json.length);
  bytes.set(json, PRELUDE_FIXED_BYTES);
  return { header: full, bytes };
}

/** Whether a file that begins so is a sealed one, as far as its first bytes tell. */
export function startsLikeSealed(start: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(start.subarray(0, MAGIC_BYTES)) === MAGIC;
}

/**
 * Reads a prelude from the first bytes of a file.
 * @param start at least `LIMITS.prelude` of the file, or the whole of a shorter one.
 * @throws SealkeepError FILE_NOT_SEALED (no Sealkeep file), FILE_TOO_NEW (a later version of the format) or
 *   FILE_DAMAGED (the header can't be read).
 */
export function parsePrelude(start: Uint8Array): Prelude {
  if (!startsLikeSealed(start)) throw new SealkeepError('FILE_NOT_SEALED');
  const version = start[8];
  if (version === undefined || version === 0) throw new SealkeepError('FILE_DAMAGED');
  if (version > VERSION) throw new SealkeepError('FILE_TOO_NEW');
  if (start.length < PRELUDE_FIXED_BYTES) throw new SealkeepError('FILE_DAMAGED');
  const length = new DataView(start.buffer, start.byteOffset).getUint32(9);
  const end = PRELUDE_FIXED_BYTES + length;
  if (length > LIMITS.preludeHeader || end > start.length) throw new SealkeepError('FILE_DAMAGED');
  // A copy, also of a Buffer, whose `slice` is a view that changes with it.
  const bytes = Uint8Array.from(start.subarray(0, end));
  return { header: parseHeader(bytes.subarray(PRELUDE_FIXED_BYTES)), bytes };
}

function parseHeader(json: Uint8Array): PreludeHeader {
  try {
    return preludeHeader.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)));
  } catch (cause) {
    throw new SealkeepError('FILE_DAMAGED', {}, { cause });
  }
}
