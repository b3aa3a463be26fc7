import type { AuthenticatorReply, AuthenticatorRequest } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import { findAccount } from './accounts.ts';
import { authenticatorReply, keepAuthenticator, newAuthenticator } from './authenticator-enrolment.ts';
import { checkCredentials } from './credentials.ts';
import type { IdentityParts } from './identity-parts.ts';
import type { Person } from './person.ts';
import { forgetFailures, passThrottle } from './throttle.ts';

/**
 * `POST /authenticator`: begins a new authenticator for the person who asks. The present one works until the new one is
 * confirmed.
 * @throws SealkeepError LOGIN_REFUSED or LOGIN_THROTTLED.
 */
export async function beginAuthenticator(
  parts: IdentityParts,
  person: Person,
  body: AuthenticatorRequest,
  call: Call,
): Promise<AuthenticatorReply> {
  const { audit, database } = parts;
  const decision = { actor: person.name, operation: 'begin-authenticator', call };
  const subject = `user:${person.id}`;
  await passThrottle(parts, subject, decision);

  const useUp = await checkCredentials(parts, await findAccount(parts, 'id', person.id), body);
  const fresh = newAuthenticator();
  const isBegun = await database.transaction().execute(async (transaction) => {
    if (!(await useUp(transaction))) return false;
    await forgetFailures(transaction, subject);
    await keepAuthenticator(parts, transaction, person.id, fresh);
    await audit.append(call, [decision], transaction);
    return true;
  });
  if (!isBegun) return refuse(parts, decision, 'LOGIN_REFUSED');
  return authenticatorReply(parts, person.name, fresh);
}
