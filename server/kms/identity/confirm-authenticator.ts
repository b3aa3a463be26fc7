import type { z } from 'zod';
import { sha256 } from '../../../core/crypto/hash.ts';
import type { authenticatorConfirmRequest, recoveryCodesReply } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import { sealTotpSecret, stepOfCode, useTotpSecret } from './accounts.ts';
import { countWrongNewCode, findAuthenticatorEnrolment } from './authenticator-enrolment.ts';
import type { IdentityParts } from './identity-parts.ts';
import { endLogins } from './login-families.ts';
import { renewRecoveryCodes } from './recovery-codes.ts';

/**
 * `POST /authenticator/confirm`: by its first code the new authenticator takes the place of the former one. With that all
 * logins end, and the recovery codes are new.
 * @throws SealkeepError ENROLMENT_REFUSED for a wrong name, ticket or code alike.
 */
export async function confirmAuthenticator(
  parts: IdentityParts,
  body: z.output<typeof authenticatorConfirmRequest>,
  call: Call,
): Promise<z.output<typeof recoveryCodesReply>> {
  const { atRest, audit, database, now } = parts;
  const decision = { actor: body.user, operation: 'confirm-authenticator', call };
  const enrolment = await findAuthenticatorEnrolment(parts, body.user, body.enrolment_ticket);
  // Whoever has no ticket of theirs is nobody of that name.
  if (!enrolment) return refuse(parts, { ...decision, actor: '' }, 'ENROLMENT_REFUSED');
  const { userId, totp } = enrolment;
  const step = await stepOfCode(parts, totp, body.code);
  if (step === undefined) {
    await countWrongNewCode(parts, enrolment);
    return refuse(parts, decision, 'ENROLMENT_REFUSED');
  }
  const sealed = await useTotpSecret(atRest, totp, async (secret) => sealTotpSecret(atRest, userId, secret));
  const recoveryCodes = await database.transaction().execute(async (transaction) => {
    // Another may have been begun, this one confirmed, or the person disabled, since it was looked at: whoever is disabled
    // loses it in that transaction, so that from here on they are active.
    const ended = await transaction
      .deleteFrom('authenticator_enrolments')
      .where('user_id', '=', userId)
      .where('ticket_hash', '=', sha256(body.enrolment_ticket))
      .returning('user_id')
      .executeTakeFirst();
    if (!ended) return undefined;
    await transaction
      .updateTable('users')
      .set({ totp_secret: sealed, totp_last_step: step })
      .where('id', '=', userId)
      .where('state', '=', 'active')
      .returning('id')
      .executeTakeFirstOrThrow();
    // What was handed over for the former one is of no use any more.
    await transaction.deleteFrom('authenticator_resets').where('user_id', '=', userId).execute();
    await endLogins(transaction, { userId }, now().getTime());
    await audit.append(call, [decision], transaction);
    return renewRecoveryCodes(transaction, userId);
  });
  if (!recoveryCodes) return refuse(parts, decision, 'ENROLMENT_REFUSED');
  return { recovery_codes: recoveryCodes };
}
