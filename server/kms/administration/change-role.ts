import type { z } from 'zod';
import type { roleRequest, UserReply } from '../../../shared/api/kms/administration.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { assertNotLastAdministrator } from '../identity/administrators.ts';
import type { Person } from '../identity/person.ts';
import { withdrawInvitationsOf } from '../identity/withdraw-invitations.ts';
import type { KmsParts } from '../parts.ts';
import { administer } from './administer.ts';
import { findUser } from './users.ts';

/**
 * `POST /users/:id/role`, of somebody who is active or disabled. It counts from their very next call; the
 * invitations of whoever is a member now are good no more.
 * @throws SealkeepError USER_NOT_FOUND, USER_STATE, ADMINISTRATOR_LAST, CODE_REFUSED, LOGIN_THROTTLED
 */
export function changeRole(
  parts: KmsParts,
  call: Call,
  administrator: Person,
  id: string,
  { role, code }: z.output<typeof roleRequest>,
): Promise<UserReply> {
  return administer(parts, call, administrator, {
    operation: 'change-role',
    code,
    async check(database) {
      const { user, state } = await findUser(database, id);
      if (state !== 'active' && state !== 'disabled')
        throw new SealkeepError('USER_STATE', { status: state });
      if (role === 'member') await assertNotLastAdministrator(database, id);
      return `${user}: ${role}`;
    },
    async act(transaction) {
      await transaction.updateTable('users').set({ role }).where('id', '=', id).execute();
      if (role === 'member') await withdrawInvitationsOf(transaction, id);
      return findUser(transaction, id);
    },
  });
}
