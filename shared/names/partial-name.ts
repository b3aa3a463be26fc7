import { LIMITS } from '../limits.ts';

const NOTE = ' (partial)';
const encoder = new TextEncoder();

/** `report.txt` → `report (partial).txt`: what is left of a damaged file. A name that would get too long is cut. */
export function partialName(name: string): string {
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const room = LIMITS.fileName - encoder.encode(NOTE + ending).length;
  const characters = [...stem];
  while (characters.length > 1 && encoder.encode(characters.join('')).length > room) characters.pop();
  return characters.join('') + NOTE + ending;
}
