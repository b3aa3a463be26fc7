import { z } from 'zod';

/** What a person may do at the KMS beside their own things. */
export const userRole = z.enum(['member', 'administrator']);
export type UserRole = z.infer<typeof userRole>;
