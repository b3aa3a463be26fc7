import { lstat } from 'node:fs/promises';
import { publishFile } from '../../core/durable/publish.ts';
import { assertSameFile, type FileIdentity, identityOf, isSameContent } from '../engine/file-identity.ts';
import { renameFolder } from '../folders/rename-folder.ts';
import { assertSameTree, isMovedTree, type TreeIdentity } from '../folders/tree-identity.ts';

/** What is to be moved, as it was when it was proved: a file, or a folder with all that is in it. */
export type Expected = FileIdentity | TreeIdentity;

/** @throws SealkeepError FILE_CHANGED where something else lies there by now, FILE_NOT_FOUND and its like. */
export async function assertExpected(file: string, expected: Expected): Promise<void> {
  await (isTree(expected) ? assertSameTree(file, expected) : assertSameFile(file, expected));
}

/** Whether that is what was moved to a place. */
export async function isMoved(to: string, expected: Expected): Promise<boolean> {
  if (isTree(expected)) return isMovedTree(to, expected);
  return isSameContent(identityOf(await lstat(to, { bigint: true })), expected);
}

/** Gives back what was moved by mistake. @returns false where its name is taken again by then. */
export async function moveBack(from: string, to: string): Promise<boolean> {
  return (await lstat(from)).isDirectory() ? renameFolder(from, to) : publishFile(from, to);
}

function isTree(expected: Expected): expected is TreeIdentity {
  return 'below' in expected;
}
