import { z } from 'zod';
import { base64urlText } from '../../encoding/base64.ts';
import { LIMITS } from '../../limits.ts';
import { userName } from '../../names/user-name.ts';
import { timestamp } from '../common.ts';

const password = z.string().min(1).max(LIMITS.password);
/** A password as it is chosen: at least 10 characters. Compared as NFKC, so that two keyboards type the same one. */
export const newPassword = password.refine(
  (text) => [...text.normalize('NFKC')].length >= LIMITS.newPassword,
  {
    message: `at least ${LIMITS.newPassword} characters`,
  },
);
export const totpCode = z.string().regex(/^\d{6}$/);
const RECOVERY_CODE = /^[a-z2-7]{4}(?:-[a-z2-7]{4}){3}$/;
/** 80 random bits in base32, in four groups; blanks and capitals do not matter. */
export const recoveryCode = z
  .string()
  .max(64)
  .transform((text) => text.replace(/\s/g, '').toLowerCase())
  .refine((text) => RECOVERY_CODE.test(text));
const refreshToken = base64urlText(32);

/**
 * Names a device to the KMS over several logins: 256 random bits that the client keeps. A device that has logged in
 * before has a failure count of its own, so that strangers cannot lock it out.
 */
const deviceSecret = base64urlText(32);

export const registerRequest = z.object({
  user: userName,
  password: newPassword,
  invitation: z.string().max(128).optional(),
});
export const registerReply = z.object({
  user: z.string(),
  otp_uri: z.string().startsWith('otpauth://totp/'),
  qr_code_link: z.string(),
  enrolment_ticket: base64urlText(32),
});

export const confirmRequest = z.object({
  user: userName,
  enrolment_ticket: base64urlText(32),
  code: totpCode,
  device: deviceSecret.optional(),
});

const tokenFields = {
  access_token: z.string(),
  cloud_token: z.string(),
  refresh_token: refreshToken,
  token_type: z.literal('Bearer'),
  /** Seconds. */
  expires_in: z.number().int().positive(),
};
export const tokenReply = z.object(tokenFields);
export type TokenReply = z.infer<typeof tokenReply>;

export const confirmReply = z.object({ recovery_codes: z.array(z.string()).length(10), ...tokenFields });
export type ConfirmReply = z.infer<typeof confirmReply>;

export const loginRequest = z
  .object({
    user: userName,
    password,
    code: totpCode.optional(),
    recovery_code: recoveryCode.optional(),
    device: deviceSecret.optional(),
  })
  .refine((body) => (body.code === undefined) !== (body.recovery_code === undefined), {
    message: 'either code or recovery_code',
  });
export type LoginRequest = z.infer<typeof loginRequest>;

export const refreshRequest = z.object({ refresh_token: refreshToken });
export const logoutRequest = z.object({ refresh_token: refreshToken });
export const passwordRequest = z.object({ password, code: totpCode, new_password: newPassword });

const login = z.object({
  id: z.string(),
  created_at: timestamp,
  last_used_at: timestamp,
  /** Whether it is the caller's own. */
  current: z.boolean(),
});
export const loginList = z.array(login);
export type Login = z.infer<typeof login>;

/** `GET /otp-qr/:user` */
export const otpQrQuery = z.object({ ticket: base64urlText(32) });
