import type { z } from 'zod';
import { sha256 } from '../../../core/crypto/hash.ts';
import { randomRecoveryCode } from '../../../core/crypto/random.ts';
import type { resetReply } from '../../../shared/api/kms/administration.ts';
import { DAY_MS } from '../../../shared/days.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { leaveNotice } from '../identity/notices.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import { administer } from './administer.ts';
import { findUser } from './users.ts';

const LIFETIME_MS = DAY_MS;

/**
 * `POST /users/:id/reset-authenticator`: a code to hand over to somebody who lost their authenticator, good once and for
 * 24 hours, together with their password. One that was made before is good no more. Whoever they are, their next login
 * tells them.
 * @throws SealkeepError USER_NOT_FOUND, USER_STATE, CODE_REFUSED, LOGIN_THROTTLED
 */
export function resetAuthenticator(
  parts: KmsParts,
  call: Call,
  administrator: Person,
  id: string,
  { code }: { readonly code: string },
): Promise<z.input<typeof resetReply>> {
  const resetCode = randomRecoveryCode();
  return administer(parts, call, administrator, {
    operation: 'reset-authenticator',
    code,
    async check(database) {
      const { user, state } = await findUser(database, id);
      if (state !== 'active') throw new SealkeepError('USER_STATE', { status: state });
      return user;
    },
    async act(transaction) {
      const at = parts.now().getTime();
      const reset = { hash: sha256(resetCode), until: at + LIFETIME_MS };
      await transaction
        .insertInto('authenticator_resets')
        .values({ user_id: id, ...reset })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet(reset))
        .execute();
      await leaveNotice(transaction, id, { kind: 'authenticator_reset', by: administrator.name, at });
      return { reset_code: resetCode, until: new Date(reset.until).toISOString() };
    },
  });
}
