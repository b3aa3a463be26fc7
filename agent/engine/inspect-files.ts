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

const START_BYTES = LIMITS.prelude + STREAM_HEADER_BYTES;

/** Looks at pairs. @returns what was found, by index; nothing where anything is out of the ordinary. */
export function inspectFiles(files: readonly ToInspect[]): (Inspection | undefined)[] {
  // One block for all: whoever gets the answer would have to collect one of each file.
  const starts = new Uint8Array(files.length * START_BYTES);
  return files.map((file, index) =>
    inspectFile(file, starts.subarray(index * START_BYTES, (index + 1) * START_BYTES)),
  );
}

/** @param room for the first bytes. */
function inspectFile({ enc, key }: ToInspect, room: Uint8Array): Inspection | undefined {
  try {
    const found = statSync(key, { throwIfNoEntry: false });
    if (found && (!found.isFile() || found.size > LIMITS.keyFile)) return undefined;
    return { ...startOf(enc, room), keyText: found && readFileSync(key, 'utf8') };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

function startOf(file: string, room: Uint8Array): Omit<Inspection, 'keyText'> {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const encBytes = fstatSync(descriptor).size;
    const read = readSync(descriptor, room, 0, room.length, 0);
    return { encBytes, start: room.subarray(0, read) };
  } finally {
    closeSync(descriptor);
  }
}
