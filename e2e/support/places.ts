import path from 'node:path';

export const REPOSITORY = path.resolve(import.meta.dirname, '..', '..');
/** The launcher, as `npx sealkeep` starts it. */
export const LAUNCHER = path.join(REPOSITORY, 'bin', 'sealkeep.mjs');
/** What the launcher hands over to. */
export const ENTRY = path.join(REPOSITORY, 'out', 'node', 'sealkeep.js');
