import { z } from 'zod';
import { ENC_ENDING, fileName, KEY_ENDING } from '../../../shared/names/file-name.ts';
import { userName } from '../../../shared/names/user-name.ts';

/** One half of a pair, as `:filename` names it. */
interface PairHalf {
  readonly name: string;
  readonly half: 'enc' | 'key';
}

const pairHalf = z.string().transform((text, context): PairHalf => {
  const half = text.endsWith(ENC_ENDING) ? 'enc' : text.endsWith(KEY_ENDING) ? 'key' : undefined;
  const name = fileName.safeParse(text.slice(0, -ENC_ENDING.length));
  if (half && name.success) return { name: name.data, half };
  context.addIssue('not the name of a pair');
  return z.NEVER;
});

/** The parameters of paths that end in `/:user/:filename`. */
export const pairAddress = z.object({ user: userName, filename: pairHalf });
