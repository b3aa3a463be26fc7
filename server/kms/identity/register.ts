import type { z } from 'zod';
import { sha256 } from '../../../core/crypto/hash.ts';
import { randomId, randomToken } from '../../../core/crypto/random.ts';
import { newTotpSecret, otpAuthUri } from '../../../core/crypto/totp.ts';
import type { registerReply, registerRequest } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import { sealTotpSecret } from './accounts.ts';
import { lastRunOut } from './enrolment.ts';
import type { IdentityParts } from './identity-parts.ts';

/**
 * Keeps the name for whoever enrols within 15 minutes.
 * @throws SealkeepError USER_NAME_TAKEN, also for a name of `KMS_PRIVILEGED`
 */
export async function register(
  parts: IdentityParts,
  { user, password }: z.output<typeof registerRequest>,
  call: Call,
): Promise<z.output<typeof registerReply>> {
  const { atRest, audit, config, database, hasher, now } = parts;
  const decision = { actor: user, operation: 'register', call };
  // Whoever comes first must not become privileged by it. The answer does not tell such a name from any other.
  if (config.privileged.includes(user)) return refuse(parts, decision, 'USER_NAME_TAKEN', { user });
  const id = randomId();
  const totpSecret = newTotpSecret();
  const ticket = randomToken();
  const passwordHash = await hasher.hash(password);
  const at = now();
  const isKept = await database.transaction().execute(async (transaction) => {
    // Everybody's that have run out, not only this name's: nothing of them is of use to anyone.
    await transaction
      .deleteFrom('users')
      .where('state', '=', 'enrolling')
      .where('created_at', '<=', lastRunOut(at))
      .execute();
    const kept = await transaction
      .insertInto('users')
      .values({
        id,
        name: user,
        state: 'enrolling',
        password_hash: passwordHash,
        totp_secret: sealTotpSecret(atRest, id, totpSecret),
        totp_last_step: 0,
        enrolment_ticket_hash: sha256(ticket),
        created_at: at.getTime(),
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (kept) await audit.append(call, [decision], transaction);
    return kept !== undefined;
  });
  if (!isKept) return refuse(parts, decision, 'USER_NAME_TAKEN', { user });
  return {
    user,
    otp_uri: otpAuthUri(totpSecret, user),
    qr_code_link: `${config.url}/otp-qr/${encodeURIComponent(user)}?ticket=${ticket}`,
    enrolment_ticket: ticket,
  };
}
