import type { z } from 'zod';
import { sha256 } from '../../../core/crypto/hash.ts';
import { randomRecoveryCode } from '../../../core/crypto/random.ts';
import type { ConfirmReply, confirmRequest } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import { createKek } from '../keyring/create-kek.ts';
import { OWN_REALM } from '../keyring/own-realm.ts';
import { stepOfCode } from './accounts.ts';
import { rememberDevice } from './devices.ts';
import { countWrongCode, findEnrolment } from './enrolment.ts';
import type { IdentityParts } from './identity-parts.ts';
import { startLogin } from './login-families.ts';

const RECOVERY_CODES = 10;

/**
 * Ends an enrolment by its first code: the person, their KEK, recovery codes and first login come to be together or
 * not at all.
 * @throws SealkeepError ENROLMENT_REFUSED for a wrong name, ticket or code alike.
 */
export async function confirm(
  parts: IdentityParts,
  body: z.output<typeof confirmRequest>,
  call: Call,
): Promise<ConfirmReply> {
  const { atRest, audit, database, now, tokens } = parts;
  const decision = { actor: body.user, operation: 'confirm', call };
  const enrolment = await findEnrolment(parts, body.user, body.enrolment_ticket);
  if (!enrolment) return refuse(parts, decision, 'ENROLMENT_REFUSED');
  const step = await stepOfCode(parts, enrolment, body.code);
  if (step === undefined) {
    await countWrongCode(parts, enrolment);
    return refuse(parts, decision, 'ENROLMENT_REFUSED');
  }

  const { id, name } = enrolment;
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, randomRecoveryCode);
  const at = now().getTime();
  const started = await database.transaction().execute(async (transaction) => {
    const confirmed = await transaction
      .updateTable('users')
      .set({ state: 'active', totp_last_step: step, enrolment_ticket_hash: null, enrolment_failures: 0 })
      .where('id', '=', id)
      .where('state', '=', 'enrolling')
      .returning('id')
      .executeTakeFirst();
    if (!confirmed) return undefined;
    await createKek(transaction, atRest, { realm: OWN_REALM, ownerId: id, isFirst: true, createdAt: at });
    await transaction
      .insertInto('recovery_codes')
      .values(recoveryCodes.map((code) => ({ hash: sha256(code), user_id: id })))
      .execute();
    await rememberDevice(transaction, id, body.device);
    await audit.append(call, [decision], transaction);
    return startLogin(transaction, id, at);
  });
  if (!started) return refuse(parts, decision, 'ENROLMENT_REFUSED');
  const fields = await tokens({ id, name, loginId: started.loginId }, started.refreshToken);
  return { recovery_codes: recoveryCodes, ...fields };
}
