import { z } from 'zod';
import { LIMITS } from '../limits.ts';

export { ENC_ENDING, KEY_ENDING } from './endings.ts';

/** Names that Windows keeps for devices, alone or with any ending; refused everywhere, as a file travels. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;
const FORBIDDEN = /[<>:"|?*]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const LEAVES_FOLDER = /[\u0000-\u001f\u007f/\\]/;
const encoder = new TextEncoder();

/** Whether a name is one step inside a folder: no separators, no control characters, at most 255 bytes of UTF-8. */
function isSingleStep(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !LEAVES_FOLDER.test(name) &&
    name.isWellFormed() &&
    encoder.encode(name).length <= LIMITS.fileName
  );
}

/** Whether a name can stand in a folder on every system that a file may travel to. */
export function isPortableFileName(name: string): boolean {
  return isSingleStep(name) && !FORBIDDEN.test(name) && !DEVICE.test(name) && !/[. ]$/.test(name);
}

/** A file's name as it crosses a border: what a person's own system let them call it, as long as it is one step. */
export const fileName = z.string().max(LIMITS.fileName).refine(isSingleStep);

/** `report.txt`, 2 → `report (2).txt`; a name that starts with its only dot has no ending. */
export function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
