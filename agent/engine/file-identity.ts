import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { SealkeepError } from '../../shared/errors/error.ts';
import { inputError } from './file-errors.ts';

/** Tells a file from every other one, and from what it was before somebody wrote to it. May cross threads. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  /** Nobody can set this one, but moving the file changes it too. */
  readonly ctimeNs: bigint;
}

export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileIdentity {
  return { dev, ino, size, mtimeNs, ctimeNs };
}

/** Whether nobody wrote to it or moved it meanwhile. */
export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return isSameContent(one, other) && one.ctimeNs === other.ctimeNs;
}

/** The same of a file that may have been moved meanwhile. */
export function isSameContent(one: FileIdentity, other: FileIdentity): boolean {
  return (
    one.dev === other.dev && one.ino === other.ino && one.size === other.size && one.mtimeNs === other.mtimeNs
  );
}

/**
 * What lies at a path now; a symbolic link is none of what it points to.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_A_FILE, FILE_NOT_READABLE
 */
export async function identityAt(file: string): Promise<FileIdentity> {
  const found = await lstat(file, { bigint: true }).catch((error: unknown) => {
    throw inputError(error, file);
  });
  if (!found.isFile()) throw new SealkeepError('FILE_NOT_A_FILE', { file });
  return identityOf(found);
}

/** @throws SealkeepError FILE_CHANGED where it is no longer that file, and what `identityAt` throws. */
export async function assertSameFile(file: string, expected: FileIdentity): Promise<void> {
  if (!isSameFile(await identityAt(file), expected)) throw new SealkeepError('FILE_CHANGED', { file });
}
