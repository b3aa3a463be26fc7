import { z } from 'zod';
import { loginList, newPassword, recoveryCode, totpCode } from '../api/kms/identity.ts';
import { userName } from '../names/user-name.ts';
import { enrolment, nothing, password, recoveryCodes } from './common.ts';
import { enrolmentPurpose } from './state.ts';

const proof = { password, code: totpCode };

/** Registering, logging in and out, and one's own account. Passwords cross once, inwards. */
export const ACCOUNT_CALLS = {
  /**
   * The TOTP secret crosses here, once, for the person to scan. The ticket stays with the agent. Fails with
   * SETUP_REQUIRED, SETUP_CODE_REFUSED, REGISTRATION_CLOSED or INVITATION_REFUSED where it takes an invitation or the setup code.
   */
  'account.register': {
    input: z.object({
      user: userName,
      password: newPassword,
      invitation: z.string().min(1).max(128).optional(),
    }),
    output: enrolment,
  },
  /** Another authenticator for who lost theirs, by the code that an administrator handed over. */
  'account.reset-authenticator': {
    input: z.object({ user: userName, password, reset_code: recoveryCode }),
    output: enrolment,
  },
  /** Another authenticator for who is logged in. The present one works until the new one is confirmed. */
  'account.renew-authenticator': {
    input: z.union([
      z.object({ password, code: totpCode }),
      z.object({ password, recovery_code: recoveryCode }),
    ]),
    output: enrolment,
  },
  /** The first code of any of the three. But for a registration it ends all logins, this one too. */
  'account.confirm': {
    input: z.object({ code: totpCode }),
    output: z.object({ recovery_codes: recoveryCodes }),
  },
  /**
   * The same again for a page that was loaded anew: the TOTP secret until it is confirmed, the recovery codes until they
   * are kept. Fails with ENROLMENT_REFUSED where nobody is enrolling.
   */
  'account.enrolment': {
    input: nothing,
    output: z.discriminatedUnion('step', [
      z.object({
        step: z.literal('authenticator'),
        user: z.string(),
        purpose: enrolmentPurpose,
        enrolment,
      }),
      z.object({
        step: z.literal('recovery'),
        user: z.string(),
        purpose: enrolmentPurpose,
        codes: recoveryCodes,
      }),
    ]),
  },
  /** The recovery codes were kept: into the main window, or nobody is logged in and the login or an approval is next. */
  'account.enter': {
    input: nothing,
    output: z.object({ next: z.enum(['window', 'approval', 'login']) }),
  },
  'account.login': {
    input: z.union([
      z.object({ user: userName, password, code: totpCode }),
      z.object({ user: userName, password, recovery_code: recoveryCode }),
    ]),
    output: nothing,
  },
  'account.logout': { input: nothing, output: nothing },
  /** The notices of the state were read. */
  'account.dismiss-notices': { input: nothing, output: nothing },

  /** This login goes on, all others end. */
  'account.change-password': {
    input: z.object({ ...proof, new_password: newPassword }),
    output: nothing,
  },
  /** Ten new ones; those from before are good no more. */
  'account.new-recovery-codes': {
    input: z.object({ code: totpCode }),
    output: z.object({ recovery_codes: recoveryCodes }),
  },
  /** Fails with ACCOUNT_NEEDED where files would be lost and that is not accepted. */
  'account.delete': { input: z.object({ ...proof, is_loss_accepted: z.boolean() }), output: nothing },

  'logins.list': { input: nothing, output: loginList },
  'logins.end': { input: z.object({ id: z.string().min(1).max(64) }), output: nothing },
  /** All but this one. */
  'logins.end-others': { input: nothing, output: nothing },
} as const;
