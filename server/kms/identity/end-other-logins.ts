import type { z } from 'zod';
import type { endedLogins } from '../../../shared/api/kms/identity.ts';
import type { Call } from '../../platform/http/call.ts';
import type { IdentityParts } from './identity-parts.ts';
import { endLogins } from './login-families.ts';
import type { Person } from './person.ts';

/** `DELETE /logins`: ends all logins of the caller but the one that asks. */
export function endOtherLogins(
  { audit, database, now }: IdentityParts,
  person: Person,
  call: Call,
): Promise<z.output<typeof endedLogins>> {
  return database.transaction().execute(async (transaction) => {
    const others = { userId: person.id, except: person.loginId };
    const ended = await endLogins(transaction, others, now().getTime());
    await audit.append(call, [{ actor: person.name, operation: 'end-other-logins' }], transaction);
    return { ended };
  });
}
