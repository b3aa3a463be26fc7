import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { isSource, SOURCE_FOLDERS } from '../bin/sources.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
/** The build takes dependencies in, so what they are decides as well. */
const SOURCE_FILES = ['package-lock.json', 'vite.config.ts'];

/** Whether there is a build that is newer than all that it is made of. */
export function isBuilt(root = ROOT): boolean {
  const entry = path.join(root, 'out', 'node', 'sealkeep.js');
  if (!existsSync(entry)) return false;
  const builtAt = statSync(entry).mtimeMs;
  return sources(root).every((source) => statSync(path.join(root, source)).mtimeMs <= builtAt);
}

function sources(root: string): string[] {
  const inFolders = SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(isSource)
      .map((name) => path.join(folder, name)),
  );
  return [...SOURCE_FILES, ...inFolders];
}
