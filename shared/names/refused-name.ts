import { SealkeepError } from '../errors/error.ts';
import { isPortableCharacter } from './file-name.ts';

/** What to say of a name that is refused: which character is to blame, where it is one. */
export function refusedName(name: string, options?: { readonly cause: unknown }): SealkeepError {
  const character = [...name].find((one) => !isPortableCharacter(one));
  const shown = character === undefined ? {} : { character: shownCharacter(character) };
  return new SealkeepError('FILE_NAME_REFUSED', { name, ...shown }, options);
}

/** As it can be read: `?`, U+202E. */
function shownCharacter(character: string): string {
  if (/^[!-~]$/.test(character)) return character;
  const number = character.codePointAt(0) ?? 0;
  return `U+${number.toString(16).toUpperCase().padStart(4, '0')}`;
}
