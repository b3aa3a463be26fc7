import { isBuilt } from '../../scripts/build-state.ts';

/** vitest's global setup: these tests start what was built, so a build that is missing or old would test nothing. */
export function setup(): void {
  if (isBuilt()) return;
  throw new Error(
    'The end-to-end tests start the built command, and there is no build of these sources; run "npm run build".',
  );
}
