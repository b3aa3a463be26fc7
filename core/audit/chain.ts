import { sha256 } from '../crypto/hash.ts';
import { randomBytesOf } from '../crypto/random.ts';

/** Where a chain ends: its last entry and that one's link. */
export interface ChainHead {
  readonly seq: number;
  /** 32 bytes. */
  readonly link: Uint8Array;
}

/** Before the first entry. */
export const NO_ENTRIES: ChainHead = { seq: 0, link: Buffer.alloc(32) };

/** What an entry adds to the chain. */
export interface Chained {
  /** 16 random bytes, without which nobody can guess an entry from its hash. */
  readonly salt: Uint8Array;
  readonly inner: Uint8Array;
  readonly link: Uint8Array;
}

const SALT_BYTES = 16;

/**
 * SHA-256(salt ‖ entry): what those see of an entry who may not read it.
 * @param text of the entry, canonical (`canonicalEntry`).
 */
export function innerOf(salt: Uint8Array, text: string): Buffer {
  return sha256(salt, text);
}

/** SHA-256(link of the entry before ‖ inner) */
export function linkOf(previous: Uint8Array, inner: Uint8Array): Buffer {
  return sha256(previous, inner);
}

/** Chains an entry, by its canonical text, to the one before it, whose link it takes. */
export function chainEntry(previous: Uint8Array, text: string): Chained {
  const salt = randomBytesOf(SALT_BYTES);
  const inner = innerOf(salt, text);
  return { salt, inner, link: linkOf(previous, inner) };
}
