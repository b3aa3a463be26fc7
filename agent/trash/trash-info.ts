/** The folders of a trash, and the ending of what says where a file came from (trash specification 1.0). */
export const FILES = 'files';
export const INFO = 'info';
export const INFO_ENDING = '.trashinfo';

/**
 * What stands in a `.trashinfo`.
 * @param origin where the file was: a whole path, or for the trash of another disk one from that disk's top.
 * @param at deletion time, which the specification wants in the clock of the person's own place.
 */
export function trashInfo(origin: string, at: Date): string {
  const escaped = origin.split('/').map(encodeURIComponent).join('/');
  return `[Trash Info]\nPath=${escaped}\nDeletionDate=${localTime(at)}\n`;
}

function localTime(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day}T${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}
