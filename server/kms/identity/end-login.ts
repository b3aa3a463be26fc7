import type { Call } from '../../platform/http/call.ts';
import { refuse } from '../audit/refuse.ts';
import type { IdentityParts } from './identity-parts.ts';
import { endOneLogin } from './login-families.ts';
import type { Person } from './person.ts';

/**
 * Ends one of the caller's own logins, this one included.
 * @throws SealkeepError LOGIN_NOT_FOUND, for other people's too.
 */
export async function endLogin(
  parts: IdentityParts,
  person: Person,
  loginId: string,
  call: Call,
): Promise<void> {
  const { audit, database, now } = parts;
  const decision = { actor: person.name, operation: 'end-login', call };
  const isEnded = await database.transaction().execute(async (transaction) => {
    const login = { id: loginId, userId: person.id };
    const ended = await endOneLogin(transaction, login, now().getTime());
    if (ended) await audit.append(call, [decision], transaction);
    return ended;
  });
  if (!isEnded) await refuse(parts, decision, 'LOGIN_NOT_FOUND');
}
