import { z } from 'zod';
import { LIMITS } from '../limits.ts';

/** What several of the bridge's tables take or give. */
export const nothing = z.object({});
export const jobId = z.object({ id: z.string().min(1).max(64) });
export const recoveryCodes = z.array(z.string()).length(10);
/** The TOTP secret, once, for the person to scan. */
export const enrolment = z.object({ otp_uri: z.string(), secret: z.string(), qr_svg: z.string() });
export const password = z.string().min(1).max(LIMITS.password);
