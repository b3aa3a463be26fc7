import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ENTRY, REPOSITORY } from './places.ts';

const SOURCES = ['shared', 'core', 'server', 'agent', 'cli'];

function newestSource(): number {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(path.join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => path.join(REPOSITORY, folder, name)),
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

/** vitest's global setup: these tests start what was built, so a build that is missing or old would test nothing. */
export function setup(): void {
  if (existsSync(ENTRY) && statSync(ENTRY).mtimeMs >= newestSource()) return;
  throw new Error(
    'The end-to-end tests start the built command, and there is no build of these sources; run "npm run build".',
  );
}
