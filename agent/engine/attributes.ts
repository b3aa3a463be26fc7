import { type BigIntStats, fchmodSync, futimesSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { codeOf } from '../../core/durable/publish.ts';

/** What a restored file or folder has besides its name and content. */
export interface Attributes {
  /** Permission bits alone: no set-user, set-group or sticky bit. */
  readonly mode: number;
  /** When it was last changed, in microseconds since 1970: a `Date` has fewer digits, a nanosecond needs more bits. */
  readonly mtime: number;
}

const PERMISSIONS = 0o777;
/** What a file system answers that has no permission bits or times of the kind. */
const NOT_HERE = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL']);

/** Gives an open file or folder its attributes, as far as the file system has such. Time first, as bits may forbid it. */
export async function setAttributes(handle: FileHandle, { mode, mtime }: Attributes): Promise<void> {
  await handle.utimes(new Date(), systemTime(mtime)).catch(passWhereNotHere);
  await handle.chmod(mode & PERMISSIONS).catch(passWhereNotHere);
}

/** The same for a worker; what the file system does not have is an error, which the careful way understands. */
export function setAttributesSync(descriptor: number, { mode, mtime }: Attributes): void {
  futimesSync(descriptor, new Date(), systemTime(mtime));
  fchmodSync(descriptor, mode & PERMISSIONS);
}

/** As Node's `utimes` takes a time: of a negative number it makes the present moment, of a `Date` milliseconds. */
export function systemTime(mtime: number): string {
  return String(mtime / 1e6);
}

/** What a look at a file or folder says of its attributes. */
export function attributesOf({
  mode,
  mtimeMs,
}: {
  readonly mode: number;
  readonly mtimeMs: number;
}): Attributes {
  return { mode: mode & PERMISSIONS, mtime: Math.round(mtimeMs * 1000) };
}

const SECOND_NS = 1_000_000_000n;

/** The same of a look in nanoseconds, to the digit: Node makes its milliseconds of seconds and the rest. */
export function exactAttributesOf({ mode, mtimeNs }: Pick<BigIntStats, 'mode' | 'mtimeNs'>): Attributes {
  const rest = ((mtimeNs % SECOND_NS) + SECOND_NS) % SECOND_NS;
  const mtimeMs = Number((mtimeNs - rest) / SECOND_NS) * 1000 + Number(rest) / 1e6;
  return attributesOf({ mode: Number(mode), mtimeMs });
}

export function areSameAttributes(one: Attributes, other: Attributes): boolean {
  return one.mode === other.mode && one.mtime === other.mtime;
}

function passWhereNotHere(error: unknown): void {
  const code = codeOf(error);
  if (code === undefined || !NOT_HERE.has(code)) throw error;
}
