import type { z } from 'zod';
import type { passwordRequest, TokenReply } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { findAccount } from './accounts.ts';
import { checkCredentials } from './credentials.ts';
import type { IdentityParts } from './identity-parts.ts';
import { addRefreshToken } from './login-families.ts';
import type { Person } from './person.ts';
import { forgetFailures, passThrottle } from './throttle.ts';

/**
 * Changes the password of the person who asks. This login goes on with a fresh refresh token, all others end.
 * @throws SealkeepError LOGIN_REFUSED or LOGIN_THROTTLED.
 */
export async function changePassword(
  parts: IdentityParts,
  person: Person,
  body: z.output<typeof passwordRequest>,
  call: Call,
): Promise<TokenReply> {
  const { audit, database, hasher, now, tokens } = parts;
  const decision = { actor: person.name, operation: 'change-password', call };
  const subject = `user:${person.id}`;
  await passThrottle(parts, subject, decision);

  const useUp = await checkCredentials(parts, await findAccount(parts, 'id', person.id), body);
  const passwordHash = await hasher.hash(body.new_password);
  const refreshToken = await database.transaction().execute(async (transaction) => {
    if (!(await useUp(transaction))) return undefined;
    await forgetFailures(transaction, subject);
    await transaction
      .updateTable('users')
      .set({ password_hash: passwordHash })
      .where('id', '=', person.id)
      .execute();
    await endOthers(transaction, person, now().getTime());
    await audit.append(call, [decision], transaction);
    return addRefreshToken(transaction, person.loginId);
  });
  if (refreshToken === undefined) return refuse(parts, decision, 'LOGIN_REFUSED');
  return tokens(person, refreshToken);
}

/** Ends the other logins, and uses up what refresh tokens this one had: somebody may have got hold of them. */
async function endOthers(transaction: KmsTransaction, person: Person, at: number): Promise<void> {
  await transaction
    .updateTable('logins')
    .set({ ended_at: at })
    .where('user_id', '=', person.id)
    .where('id', '!=', person.loginId)
    .where('ended_at', 'is', null)
    .execute();
  await transaction
    .updateTable('refresh_tokens')
    .set({ used_at: at, successor_hash: null })
    .where('login_id', '=', person.loginId)
    .execute();
}
