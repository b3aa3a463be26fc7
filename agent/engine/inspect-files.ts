import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { STREAM_HEADER_BYTES } from '../../core/crypto/stream-layout.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { LIMITS } from '../../shared/limits.ts';

/** A `.enc` to look at, and where its `.key` would be. */
export interface ToInspect {
  readonly enc: string;
  readonly key: string;
}

/** What lies there, unparsed. */
export interface Inspection {
  readonly encBytes: number;
  /** The first bytes of the `.enc`: prelude and stream header are within. */
  readonly start: Uint8Array;
  /** The text of the `.key`; undefined where there is none. */
  readonly keyText: string | undefined;
}

/** Looks at one pair. @returns undefined where anything is out of the ordinary. */
export function inspectFile({ enc, key }: ToInspect): Inspection | undefined {
  try {
    const found = statSync(key, { throwIfNoEntry: false });
    if (found && (!found.isFile() || found.size > LIMITS.keyFile)) return undefined;
    return { ...startOf(enc), keyText: found && readFileSync(key, 'utf8') };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

function startOf(file: string): Omit<Inspection, 'keyText'> {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const encBytes = fstatSync(descriptor).size;
    const start = new Uint8Array(Math.min(encBytes, LIMITS.prelude + STREAM_HEADER_BYTES));
    const read = readSync(descriptor, start, 0, start.length, 0);
    return { encBytes, start: start.subarray(0, read) };
  } finally {
    closeSync(descriptor);
  }
}
