import { z } from 'zod';
import { userName } from '../../../shared/names/user-name.ts';
import { asciiLowerCase } from './claims.ts';

const address = z
  .string()
  .max(256)
  .regex(/^[^\s@]+@[^\s@]+$/)
  .transform(asciiLowerCase);
const nameOfOurs = userName.refine((name) => !name.includes('@'));

/**
 * A caller as a setting names one. With an `@` it is an address that an issuer of `KMS_ISSUERS` speaks for, without one
 * the name of a person of ours: names may have an `@` here, and whoever registers an address must not become its holder.
 */
export const callerName = z.union([address, nameOfOurs], {
  error: 'neither an address nor a user name without @',
});
