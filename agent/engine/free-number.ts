/** Whoever has that many of one name is told so. */
export const LAST_NUMBER = 99_999;

/**
 * Finds a number for a name that may be taken, in a few looks however many are taken.
 * @param isTaken of the name with that number; 1 is the name alone.
 * @returns one that is free and follows one that is taken, or 1; above `LAST_NUMBER` where none was found.
 */
export async function freeNumber(isTaken: (number: number) => Promise<boolean>): Promise<number> {
  let [taken, free] = [0, 1];
  while (free <= LAST_NUMBER && (await isTaken(free))) [taken, free] = [free, free * 2];
  while (free - taken > 1) {
    const between = Math.floor((taken + free) / 2);
    if (await isTaken(between)) taken = between;
    else free = between;
  }
  return free;
}
