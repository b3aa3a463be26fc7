import { ENC_ENDING, KEY_ENDING } from './endings.ts';

/** `report.txt.enc` → `report.txt.key`, by name or by path. What has no `.enc` at its end keeps all of its name. */
export function keyPathOf(enc: string): string {
  const stem = enc.endsWith(ENC_ENDING) ? enc.slice(0, -ENC_ENDING.length) : enc;
  return stem + KEY_ENDING;
}
