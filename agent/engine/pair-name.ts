import { sha256 } from '../../core/crypto/hash.ts';
import { LIMITS } from '../../shared/limits.ts';
import { ENC_ENDING, nameBytes, numberedName, shortenedName } from '../../shared/names/file-name.ts';

const TAG_CHARACTERS = 8;

/**
 * What a file is called on disk with an ending appended: as it is called, or, where that would be too long for a file
 * system, shortened. The whole name is never lost: it stands in the pair's `.key`, under its `mac`.
 * @param endingBytes of the longest ending that is to follow.
 */
export function nameWithRoomFor(endingBytes: number, name: string): string {
  const limit = LIMITS.fileName - endingBytes;
  if (nameBytes(name) <= limit) return name;
  const tag = sha256(name).toString('hex').slice(0, TAG_CHARACTERS);
  return shortenedName(name, tag, limit);
}

/**
 * What an opened file is called: as its `.enc` is now, which its person may have renamed; as its `.key` says where the
 * `.enc` has that name cut, with a number or without.
 * @param stem the `.enc`'s name without its ending.
 * @param name as the proven `.key` has it.
 */
export function nameOfPair(stem: string, name: string): string {
  const limit = LIMITS.fileName - ENC_ENDING.length;
  const short = nameWithRoomFor(ENC_ENDING.length, name);
  if (stem === short) return name;
  const isCut = Array.from(stem.matchAll(/ \((\d{1,5})\)/g), ([, digits]) => Number(digits)).some(
    (number) => stem === numberedName(short, number, limit) && stem !== numberedName(name, number, Infinity),
  );
  return isCut ? name : stem;
}
