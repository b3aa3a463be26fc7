import { z } from 'zod';
import { canonicalUserName, isUserName } from './user-name-form.ts';

/** A person's name as everything compares it: NFKC, lower case, 1 to 64 of letters, digits and `._@-`. */
export const userName = z
  .string()
  .max(256)
  .transform(canonicalUserName)
  .refine(isUserName, 'a name has 1 to 64 letters, digits, dots, dashes, underscores or @');
