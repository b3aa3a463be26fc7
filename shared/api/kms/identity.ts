import { z } from 'zod';
import { base64urlText } from '../../encoding/base64.ts';
import { LIMITS } from '../../limits.ts';
import { printable } from '../../names/printable.ts';
import { userName } from '../../names/user-name.ts';
import { timestamp } from '../common.ts';
import { userRole } from './user-role.ts';

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
/** What a person knows the device by, in the list of their logins. */
const deviceName = z
  .string()
  .min(1)
  .max(LIMITS.deviceName)
  .refine((text) => printable(text) === text);

export const registerRequest = z.object({
  user: userName,
  password: newPassword,
  /** An invitation, or of the first person the setup code. */
  invitation: z.string().max(128).optional(),
});
/** `POST /authenticator`, `/authenticator/reset` */
export const authenticatorReply = z.object({
  otp_uri: z.string().startsWith('otpauth://totp/'),
  qr_code_link: z.string(),
  enrolment_ticket: base64urlText(32),
});
export type AuthenticatorReply = z.infer<typeof authenticatorReply>;
export const registerReply = authenticatorReply.extend({ user: z.string() });

/** `POST /authenticator/confirm` */
export const authenticatorConfirmRequest = z.object({
  user: userName,
  enrolment_ticket: base64urlText(32),
  code: totpCode,
});
/** `POST /register/confirm` */
export const confirmRequest = authenticatorConfirmRequest.extend({
  device: deviceSecret.optional(),
  device_name: deviceName.optional(),
});

const tokenFields = {
  access_token: z.string(),
  cloud_token: z.string(),
  refresh_token: refreshToken,
  token_type: z.literal('Bearer'),
  /** Seconds. */
  expires_in: z.number().int().positive(),
  /** As it is now; what they may do is looked at anew with each call. */
  role: userRole,
};
export const tokenReply = z.object(tokenFields);
export type TokenReply = z.infer<typeof tokenReply>;

/** `POST /authenticator/confirm`, `/recovery-codes`: those from before are good no more. */
export const recoveryCodesReply = z.object({ recovery_codes: z.array(z.string()).length(10) });
/** Tokens, or no tokens yet: an administrator has to approve. */
export const confirmReply = z.union([
  recoveryCodesReply.extend(tokenFields),
  recoveryCodesReply.extend({ status: z.literal('pending') }),
]);
export type ConfirmReply = z.infer<typeof confirmReply>;

/** What a person is told at their logins until one of these goes on. */
export const notice = z.object({
  kind: z.literal('authenticator_reset'),
  at: timestamp,
  /** The administrator. */
  by: z.string(),
});
export type Notice = z.infer<typeof notice>;
export const loginReply = tokenReply.extend({ notices: z.array(notice).optional() });
export type LoginReply = z.infer<typeof loginReply>;

const eitherCode = { code: totpCode.optional(), recovery_code: recoveryCode.optional() };
const isOneCode = (body: { code?: string | undefined; recovery_code?: string | undefined }) =>
  (body.code === undefined) !== (body.recovery_code === undefined);

export const loginRequest = z
  .object({
    user: userName,
    password,
    ...eitherCode,
    device: deviceSecret.optional(),
    device_name: deviceName.optional(),
  })
  .refine(isOneCode, { message: 'either code or recovery_code' });
export type LoginRequest = z.infer<typeof loginRequest>;

export const refreshRequest = z.object({ refresh_token: refreshToken });
export const logoutRequest = z.object({ refresh_token: refreshToken });
export const passwordRequest = z.object({ password, code: totpCode, new_password: newPassword });

/** `POST /authenticator`: of the person who is logged in. The present one works until the new one is confirmed. */
export const authenticatorRequest = z
  .object({ password, ...eitherCode })
  .refine(isOneCode, { message: 'either code or recovery_code' });
export type AuthenticatorRequest = z.infer<typeof authenticatorRequest>;
/** `POST /authenticator/reset`: with the code that an administrator handed over. */
export const authenticatorResetRequest = z.object({
  user: userName,
  password,
  reset_code: recoveryCode,
  device: deviceSecret.optional(),
});
/** `POST /recovery-codes` */
export const recoveryCodesRequest = z.object({ code: totpCode });
/** `DELETE /account`: with what still hangs on the person's keys only where that loss is accepted. */
export const deleteAccountRequest = z.object({
  password,
  code: totpCode,
  is_loss_accepted: z.boolean().default(false),
});

const login = z.object({
  id: z.string(),
  created_at: timestamp,
  last_used_at: timestamp,
  device_name: z.string().optional(),
  /** Whether it is the caller's own. */
  current: z.boolean(),
});
export const loginList = z.array(login);
export type Login = z.infer<typeof login>;
/** `DELETE /logins`: all but the caller's own. */
export const endedLogins = z.object({ ended: z.number().int().nonnegative() });

/** `GET /otp-qr/:user` */
export const otpQrQuery = z.object({ ticket: base64urlText(32) });
