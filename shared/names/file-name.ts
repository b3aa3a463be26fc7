import { z } from 'zod';
import { LIMITS } from '../limits.ts';

export { ENC_ENDING, KEY_ENDING } from './endings.ts';

/** Names that Windows keeps for devices, alone or with any ending; refused everywhere, as a file travels. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;
const FORBIDDEN = /[<>:"|?*]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const LEAVES_FOLDER = /[\u0000-\u001f\u007f/\\]/;
/** What turns the writing round, so that `exe.jpg` is read where `gpj.exe` is written. */
const TURNS_ROUND = /[\u202a-\u202e\u2066-\u2069]/;
const encoder = new TextEncoder();

/** Whether a name is one step inside a folder, and what it looks like: no separators, no control characters, at most 255 bytes of UTF-8. */
function isSingleStep(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !LEAVES_FOLDER.test(name) &&
    !TURNS_ROUND.test(name) &&
    name.isWellFormed() &&
    encoder.encode(name).length <= LIMITS.fileName
  );
}

/** Whether a name can stand in a folder on every system that a file may travel to. */
export function isPortableFileName(name: string): boolean {
  return isSingleStep(name) && !FORBIDDEN.test(name) && !DEVICE.test(name) && !/[. ]$/.test(name);
}

/** Whether a name may have that character anywhere, on every system. */
export function isPortableCharacter(character: string): boolean {
  return (
    [LEAVES_FOLDER, TURNS_ROUND, FORBIDDEN].every((refused) => !refused.test(character)) &&
    character.isWellFormed()
  );
}

/** A file's name as it crosses a border: what a person's own system let them call it, as long as it is one step. */
export const fileName = z.string().max(LIMITS.fileName).refine(isSingleStep);

/** How long a name is where it counts: bytes of UTF-8. */
export function nameBytes(name: string): number {
  return encoder.encode(name).length;
}

/**
 * `report.txt`, 2 → `report (2).txt`; a name that starts with its only dot has no ending.
 * @param limit bytes that the result may have: what is before the ending is cut where it is too long.
 */
export function numberedName(name: string, number: number, limit: number = LIMITS.fileName): string {
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const tail = ` (${number})${ending}`;
  // An ending that fills the whole name is none that anybody would miss.
  if (nameBytes(tail) >= limit) return `${cutToBytes(name, limit - nameBytes(` (${number})`))} (${number})`;
  return cutToBytes(stem, limit - nameBytes(tail)) + tail;
}

/** Room that a shortened name leaves for a number: ` (99999)`. */
const NUMBER_BYTES = 8;

/**
 * What a name that is too long becomes: its beginning, `~` and a tag that tells it from others that begin so.
 * @param tag of ASCII, made from the whole name.
 */
export function shortenedName(name: string, tag: string, limit: number): string {
  return `${cutToBytes(name, limit - NUMBER_BYTES - tag.length - 1)}~${tag}`;
}

/** Cut between two code points. */
function cutToBytes(text: string, limit: number): string {
  let [cut, bytes] = ['', 0];
  for (const character of text) {
    bytes += nameBytes(character);
    if (bytes > limit) break;
    cut += character;
  }
  return cut;
}
