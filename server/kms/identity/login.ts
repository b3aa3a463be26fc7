import type { LoginReply, LoginRequest } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import type { KmsTransaction } from '../store/schema.ts';
import { findAccount } from './accounts.ts';
import { checkCredentials } from './credentials.ts';
import { loginSubject, rememberDevice } from './devices.ts';
import type { IdentityParts } from './identity-parts.ts';
import { startLogin } from './login-families.ts';
import { showNotices } from './notices.ts';
import { forgetFailures, passThrottle } from './throttle.ts';

/**
 * A wrong name, password or code makes the same calls, the same writes and the same answer. Whoever shows the right ones
 * is told where their account does not let them in.
 * @throws SealkeepError LOGIN_REFUSED, LOGIN_THROTTLED, ACCOUNT_PENDING, ACCOUNT_DISABLED
 */
export async function login(parts: IdentityParts, body: LoginRequest, call: Call): Promise<LoginReply> {
  const { audit, database, now, tokens } = parts;
  const decision = { actor: body.user, operation: 'login', call };
  const account = await findAccount(parts, 'name', body.user);
  const subject = await loginSubject(database, body.user, account, body.device);
  await passThrottle(parts, subject, decision);

  const useUp = await checkCredentials(parts, account, body);
  const started = await database.transaction().execute(async (transaction) => {
    if (!(await useUp(transaction))) return undefined;
    await forgetFailures(transaction, subject);
    const closed = await closedBy(transaction, account.id);
    if (closed) return closed;
    await rememberDevice(transaction, account.id, body.device);
    await audit.append(call, [decision], transaction);
    const login = { userId: account.id, deviceName: body.device_name };
    const { loginId, refreshToken } = await startLogin(transaction, login, now().getTime());
    return { loginId, refreshToken, notices: await showNotices(transaction, account.id, loginId) };
  });
  if (!started) return refuse(parts, decision, 'LOGIN_REFUSED');
  if (typeof started === 'string') return refuse(parts, decision, started);
  const { loginId, refreshToken, notices } = started;
  const fields = await tokens({ id: account.id, name: account.name, loginId }, refreshToken);
  return { ...fields, ...(notices.length > 0 ? { notices } : {}) };
}

/** Why an account lets nobody in, read where the login would begin. */
async function closedBy(
  transaction: KmsTransaction,
  id: string,
): Promise<'ACCOUNT_PENDING' | 'ACCOUNT_DISABLED' | undefined> {
  const { state } = await transaction
    .selectFrom('users')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (state === 'active') return undefined;
  return state === 'pending' ? 'ACCOUNT_PENDING' : 'ACCOUNT_DISABLED';
}
