import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../../core/crypto/hash.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { inputError } from '../engine/file-errors.ts';
import { type FileIdentity, identityOf, isSameFile } from '../engine/file-identity.ts';
import { sideBySide } from '../engine/side-by-side.ts';

/** Tells a folder with all that is in it from every other one, and from what it was before anything in it changed. */
export interface TreeIdentity {
  readonly top: FileIdentity;
  /** SHA-256 of all names below and what lies there. Moving the folder as a whole leaves it as it is. */
  readonly below: string;
}

/**
 * Looks at a folder and at everything in it, also at what no job takes along. No link is followed.
 * @throws SealkeepError FILE_NOT_FOUND, FILE_NOT_A_FOLDER, FILE_NOT_READABLE, JOB_CANCELLED
 */
export async function treeIdentityAt(folder: string, signal?: AbortSignal): Promise<TreeIdentity> {
  try {
    const found = await lstat(folder, { bigint: true });
    if (!found.isDirectory()) throw new SealkeepError('FILE_NOT_A_FOLDER', { file: folder });
    return { top: identityOf(found), below: await digestBelow(folder, signal) };
  } catch (error) {
    throw inputError(error, folder);
  }
}

/** @throws SealkeepError FILE_CHANGED where it is no longer that, and what `treeIdentityAt` throws. */
export async function assertSameTree(
  folder: string,
  expected: TreeIdentity,
  signal?: AbortSignal,
): Promise<void> {
  const { top, below } = await treeIdentityAt(folder, signal);
  if (!isSameFile(top, expected.top) || below !== expected.below)
    throw new SealkeepError('FILE_CHANGED', { file: folder });
}

/** Whether that tree lies there after a move, which changes the times of its top. */
export async function isMovedTree(folder: string, expected: TreeIdentity): Promise<boolean> {
  const { top, below } = await treeIdentityAt(folder);
  return top.dev === expected.top.dev && top.ino === expected.top.ino && below === expected.below;
}

/** Names stay bytes: some are no text. */
async function digestBelow(root: string, signal: AbortSignal | undefined): Promise<string> {
  let digest = sha256('');
  const folders = [Buffer.from(root)];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    if (signal?.aborted) throw new SealkeepError('JOB_CANCELLED');
    const prefix = Buffer.concat([folder, Buffer.from(path.sep)]);
    const names = (await readdir(folder, { encoding: 'buffer' })).sort(Buffer.compare);
    const seen = await sideBySide(names, async (name) => {
      const file = Buffer.concat([prefix, name]);
      const found = await lstat(file, { bigint: true });
      const { dev, ino, size, mtimeNs, ctimeNs } = identityOf(found);
      const line = `\0${[dev, ino, size, mtimeNs, ctimeNs].join(' ')}\0`;
      return { file, isFolder: found.isDirectory(), bytes: Buffer.concat([name, Buffer.from(line)]) };
    });
    folders.push(...seen.filter(({ isFolder }) => isFolder).map(({ file }) => file));
    digest = sha256(Buffer.concat([digest, ...seen.map(({ bytes }) => bytes)]));
  }
  return digest.toString('hex');
}
