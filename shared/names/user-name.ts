import { z } from 'zod';

const USER_NAME = /^[\p{L}\p{N}._@-]{1,64}$/u;

/** A person's name as everything compares it: NFKC, lower case, 1 to 64 of letters, digits and `._@-`. */
export const userName = z
  .string()
  .max(256)
  .transform((text) => text.normalize('NFKC').toLowerCase())
  .refine(
    (name) => USER_NAME.test(name),
    'a name has 1 to 64 letters, digits, dots, dashes, underscores or @',
  );
