import type { z } from 'zod';
import { sha256 } from '../../../core/crypto/hash.ts';
import type { AuthenticatorReply, authenticatorResetRequest } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { type Account, findAccount } from './accounts.ts';
import { authenticatorReply, keepAuthenticator, newAuthenticator } from './authenticator-enrolment.ts';
import { loginSubject } from './devices.ts';
import type { IdentityParts } from './identity-parts.ts';
import { forgetFailures, passThrottle } from './throttle.ts';

/**
 * `POST /authenticator/reset`: begins a new authenticator for somebody who lost theirs, by the password and the code
 * that an administrator handed over, which is used up. A wrong name, password or code gets the same answer, as with a
 * login, and counts as one that failed.
 * @throws SealkeepError LOGIN_REFUSED or LOGIN_THROTTLED.
 */
export async function beginResetAuthenticator(
  parts: IdentityParts,
  body: z.output<typeof authenticatorResetRequest>,
  call: Call,
): Promise<AuthenticatorReply> {
  const { audit, database, hasher } = parts;
  const decision = { actor: body.user, operation: 'begin-reset-authenticator', call };
  const account = await findAccount(parts, 'name', body.user);
  const subject = await loginSubject(database, body.user, account, body.device);
  await passThrottle(parts, subject, decision);

  const isPasswordRight = await hasher.verify(body.password, account.passwordHash);
  const allowed = isPasswordRight ? account : parts.nobody;
  const fresh = newAuthenticator();
  const isBegun = await database.transaction().execute(async (transaction) => {
    if (!(await useUpReset(transaction, allowed, body.reset_code, parts.now()))) return false;
    await forgetFailures(transaction, subject);
    await keepAuthenticator(parts, transaction, account.id, fresh);
    await audit.append(call, [decision], transaction);
    return true;
  });
  if (!isBegun) return refuse(parts, decision, 'LOGIN_REFUSED');
  return authenticatorReply(parts, account.name, fresh);
}

/** The password's hash is compared once more: it may have been changed since it was verified. */
async function useUpReset(
  transaction: KmsTransaction,
  account: Account,
  code: string,
  now: Date,
): Promise<boolean> {
  const used = await transaction
    .deleteFrom('authenticator_resets')
    .where('hash', '=', sha256(code))
    .where('until', '>', now.getTime())
    .where('user_id', 'in', (users) =>
      users
        .selectFrom('users')
        .select('id')
        .where('id', '=', account.id)
        .where('state', '=', 'active')
        .where('password_hash', '=', account.passwordHash ?? ''),
    )
    .returning('user_id')
    .executeTakeFirst();
  return used !== undefined;
}
