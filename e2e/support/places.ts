import path from 'node:path';

export const REPOSITORY = path.resolve(import.meta.dirname, '..', '..');
/** The launcher, as `npx sealkeep` starts it. */
export const LAUNCHER = path.join(REPOSITORY, 'bin', 'sealkeep.mjs');
