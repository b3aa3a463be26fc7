import type { LoginRequest, TokenReply } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import { findAccount } from './accounts.ts';
import { checkCredentials } from './credentials.ts';
import { loginSubject, rememberDevice } from './devices.ts';
import type { IdentityParts } from './identity-parts.ts';
import { startLogin } from './login-families.ts';
import { forgetFailures, passThrottle } from './throttle.ts';

/**
 * A wrong name, password or code makes the same calls, the same writes and the same answer.
 * @throws SealkeepError LOGIN_REFUSED or LOGIN_THROTTLED.
 */
export async function login(parts: IdentityParts, body: LoginRequest, call: Call): Promise<TokenReply> {
  const { audit, database, now, tokens } = parts;
  const decision = { actor: body.user, operation: 'login', call };
  const account = await findAccount(parts, 'name', body.user);
  const subject = await loginSubject(database, body.user, account, body.device);
  await passThrottle(parts, subject, decision);

  const useUp = await checkCredentials(parts, account, body);
  const started = await database.transaction().execute(async (transaction) => {
    if (!(await useUp(transaction))) return undefined;
    await forgetFailures(transaction, subject);
    await rememberDevice(transaction, account.id, body.device);
    await audit.append(call, [decision], transaction);
    return startLogin(transaction, account.id, now().getTime());
  });
  if (!started) return refuse(parts, decision, 'LOGIN_REFUSED');
  return tokens({ id: account.id, name: account.name, loginId: started.loginId }, started.refreshToken);
}
