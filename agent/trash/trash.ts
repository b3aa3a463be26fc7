import type { Expected } from './expected.ts';

/**
 * Moves one file, or one folder as a whole, to the system's trash, so that at every moment it is where it was or whole in
 * the trash.
 * @param expected what has to lie there: anything else stays, or comes back.
 * @returns where it lies now; undefined where the system does not say.
 * @throws SealkeepError TRASH_UNAVAILABLE, TRASH_FAILED, FILE_CHANGED; the file is where it was then, or, where somebody has
 *   taken its name meanwhile, whole in the trash.
 */
export type Trash = (file: string, expected: Expected) => Promise<string | undefined>;
