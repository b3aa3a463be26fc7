import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const ENTRY = path.join(ROOT, 'out', 'node', 'sealkeep.js');
const SOURCE_FOLDERS = ['shared', 'core', 'server', 'agent', 'cli', 'browser', 'electron', 'renderer'];
/** The build takes dependencies in, so what they are decides as well. */
const SOURCE_FILES = ['package-lock.json', 'vite.config.ts'];

/** Whether there is a build that is newer than all that it is made of. */
export function isBuilt(): boolean {
  if (!existsSync(ENTRY)) return false;
  const builtAt = statSync(ENTRY).mtimeMs;
  return sources().every((source) => statSync(path.join(ROOT, source)).mtimeMs <= builtAt);
}

function sources(): string[] {
  const modules = SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test)\.tsx?$/.test(name))
      .map((name) => path.join(folder, name)),
  );
  return [...SOURCE_FILES, ...modules];
}
