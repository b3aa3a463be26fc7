import { LIMITS } from '../../shared/limits.ts';

/** The KMS takes no shorter password. */
export const MIN_PASSWORD = LIMITS.newPassword;

/** Whether it is shorter than the KMS takes. */
export const isTooShort = (password: string): boolean =>
  [...password.normalize('NFKC')].length < MIN_PASSWORD;

/** What would make it stronger, or that nothing has to. */
type StrengthReason = 'start' | 'more' | 'common' | 'name' | 'repeat' | 'row' | 'longer' | 'fine';

export interface Strength {
  /** 0 too short, 1 weak … 4 strong. */
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly reason: StrengthReason;
  /** Characters that are missing, for `more`. */
  readonly missing: number;
}

const COMMON =
  /pass?w(o|0)?rd|passwort|letmein|welcome|iloveyou|dragon|monkey|football|baseball|sunshine|princess|admin|abc123|q1w2e3|1q2w3e|trustno1|sealkeep|changeme|secret|1qaz2wsx/g;
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Characters that continue a row of the alphabet or the keyboard, forwards or backwards, from the third on. */
function inRows(text: string): number {
  let count = 0;
  for (let index = 0; index + 3 <= text.length; index += 1) {
    const part = text.slice(index, index + 3);
    const back = [...part].reverse().join('');
    if (ROWS.some((row) => row.includes(part) || row.includes(back))) count += 1;
  }
  return count;
}

/** Characters that repeat the one before, or belong to a group that came just before (`abcabc`). */
function repeated(text: string): number {
  const groups = [...text.matchAll(/(.{1,6}?)\1+/gu)];
  return groups.reduce((sum, [all, group]) => sum + all.length - (group?.length ?? 0), 0);
}

/** Different characters count for more the more kinds there are, but length is what counts most. */
function bitsPerCharacter(text: string): number {
  let pool = 0;
  if (/[a-z]/.test(text)) pool += 26;
  if (/[A-Z]/.test(text)) pool += 26;
  if (/\d/.test(text)) pool += 10;
  if (/[ -/:-@[-`{-~]/.test(text)) pool += 20;
  if (/[^ -~]/.test(text)) pool += 400;
  // Words are not random letters: less than half of what the pool would give.
  return Math.log2(Math.max(pool, 2)) * 0.55;
}

/** An estimate that can say why. It guides; the KMS decides. */
export function passwordStrength(password: string, name: string): Strength {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  const missing = Math.max(0, MIN_PASSWORD - length);
  if (length === 0) return { score: 0, reason: 'start', missing };
  const lower = text.toLowerCase();
  const common = [...lower.matchAll(COMMON)].reduce((sum, [found]) => sum + found.length, 0);
  const own = name.length >= 3 && lower.includes(name.toLowerCase()) ? name.length : 0;
  const repeat = repeated(lower);
  const row = inRows(lower);
  const counted = Math.max(0, length - common * 0.9 - own - repeat - row);
  const bits = counted * bitsPerCharacter(text);
  if (missing > 0) return { score: 0, reason: 'more', missing };
  const score = bits < 22 ? 1 : bits < 36 ? 2 : bits < 52 ? 3 : 4;
  const reason: StrengthReason =
    score === 4
      ? 'fine'
      : common > 0
        ? 'common'
        : own > 0
          ? 'name'
          : row > 2
            ? 'row'
            : repeat > 2
              ? 'repeat'
              : 'longer';
  return { score, reason, missing };
}
