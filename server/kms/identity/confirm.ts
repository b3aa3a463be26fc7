import type { z } from 'zod';
import type { ConfirmReply, confirmRequest } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import { createKek } from '../keyring/create-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { stepOfCode, totpOf } from './accounts.ts';
import { welcome } from './admission.ts';
import { rememberDevice } from './devices.ts';
import { countWrongCode, findEnrolment } from './enrolment.ts';
import type { IdentityParts } from './identity-parts.ts';
import { startLogin } from './login-families.ts';
import { renewRecoveryCodes } from './recovery-codes.ts';
import { transition } from './user-state.ts';

/**
 * Ends an enrolment by its first code: the person, their role, KEK, recovery codes and first login come to be together
 * or not at all. Who has to be approved first gets no login.
 * @throws SealkeepError ENROLMENT_REFUSED for a wrong name, ticket or code alike; SETUP_REQUIRED, INVITATION_REFUSED
 *   or REGISTRATION_CLOSED where what they registered by is no longer good, and the enrolment is gone then.
 */
export async function confirm(
  parts: IdentityParts,
  body: z.output<typeof confirmRequest>,
  call: Call,
): Promise<ConfirmReply> {
  const { atRest, audit, database, now, tokens } = parts;
  const decision = { actor: body.user, operation: 'confirm', call };
  const enrolment = await findEnrolment(parts, body.user, body.enrolment_ticket);
  // Whoever has no ticket of theirs is nobody of that name.
  if (!enrolment) return refuse(parts, { ...decision, actor: '' }, 'ENROLMENT_REFUSED');
  const step = await stepOfCode(parts, totpOf(enrolment), body.code);
  if (step === undefined) {
    await countWrongCode(parts, enrolment);
    return refuse(parts, decision, 'ENROLMENT_REFUSED');
  }

  const { id, name } = enrolment;
  const at = now().getTime();
  const confirmed = await database.transaction().execute(async (transaction) => {
    // Somebody else may have confirmed it since it was looked at.
    const row = await transaction
      .selectFrom('users')
      .select(['state', 'is_setup', 'invitation_id'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (row?.state !== 'enrolling') return 'ENROLMENT_REFUSED';
    const admission = { isSetup: row.is_setup === 1, invitationId: row.invitation_id ?? undefined };
    const welcomed = await welcome(parts, transaction, admission);
    if (typeof welcomed === 'string') {
      await transaction.deleteFrom('users').where('id', '=', id).execute();
      return welcomed;
    }
    const { role, isApproved } = welcomed;
    const state = transition(row.state, { kind: 'confirm', isApproved });
    await transaction
      .updateTable('users')
      .set({
        ...{ state, role, is_setup: 0, invitation_id: null },
        ...{ totp_last_step: step, enrolment_ticket_hash: null, enrolment_failures: 0 },
      })
      .where('id', '=', id)
      .execute();
    await createKek(transaction, atRest, { realm: OWN_REALM, ownerId: id, isFirst: true, createdAt: at });
    const recoveryCodes = await renewRecoveryCodes(transaction, id);
    await rememberDevice(transaction, id, body.device);
    const entry = { ...decision, reason: isApproved ? role : `${role}, pending` };
    await audit.append(call, [entry], transaction);
    const started = isApproved
      ? await startLogin(transaction, { userId: id, deviceName: body.device_name }, at)
      : undefined;
    return { recoveryCodes, started };
  });
  if (typeof confirmed === 'string') return refuse(parts, decision, confirmed);
  const { recoveryCodes, started } = confirmed;
  if (!started) return { recovery_codes: recoveryCodes, status: 'pending' };
  const fields = await tokens({ id, name, loginId: started.loginId }, started.refreshToken);
  return { recovery_codes: recoveryCodes, ...fields };
}
