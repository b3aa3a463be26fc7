import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { fileName, nameBytes } from './file-name.ts';

/** Whether a path leads down into a folder and nowhere else: steps that are names, between them slashes. */
export function isFolderPath(path: string): boolean {
  return (
    nameBytes(path) <= LIMITS.folderPath && path.split('/').every((step) => fileName.safeParse(step).success)
  );
}

/** A path inside a folder, as it crosses a border: `holiday/beach.jpg`. */
export const folderPath = z.string().max(LIMITS.folderPath).refine(isFolderPath);

/** The folder that a path lies in; empty for what lies at the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last step. */
export function lastStep(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinSteps(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
