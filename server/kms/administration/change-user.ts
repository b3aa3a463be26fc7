import type { UserReply } from '../../../shared/api/kms/administration.ts';
import type { Call } from '../../platform/http/call.ts';
import { assertNotLastAdministrator } from '../identity/administrators.ts';
import { forgetNewAuthenticator } from '../identity/authenticator-enrolment.ts';
import { endLogins } from '../identity/login-families.ts';
import type { Person } from '../identity/person.ts';
import { transition, type UserEvent } from '../identity/user-state.ts';
import { withdrawInvitationsOf } from '../identity/withdraw-invitations.ts';
import type { KmsParts } from '../parts.ts';
import { administer } from './administer.ts';
import { findUser } from './users.ts';

type Change = Extract<UserEvent['kind'], 'approve' | 'disable' | 'enable'>;

/**
 * `POST /users/:id/approve`, `/disable`, `/enable`. Whoever is disabled has no login any more, so that what they ask next
 * is refused; their invitations and a new authenticator that they had begun, or could begin, are good no more. What they
 * granted to others stays granted.
 * @throws SealkeepError USER_NOT_FOUND, USER_STATE, ADMINISTRATOR_LAST
 */
export function changeUser(
  parts: KmsParts,
  call: Call,
  administrator: Person,
  id: string,
  kind: Change,
): Promise<UserReply> {
  return administer(parts, call, administrator, {
    operation: `${kind}-user`,
    async check(database) {
      const { user, state } = await findUser(database, id);
      transition(state, { kind });
      if (kind === 'disable') await assertNotLastAdministrator(database, id);
      return user;
    },
    async act(transaction) {
      const { state } = await findUser(transaction, id);
      await transaction
        .updateTable('users')
        .set({ state: transition(state, { kind }) })
        .where('id', '=', id)
        .execute();
      if (kind === 'disable') {
        await endLogins(transaction, { userId: id }, parts.now().getTime());
        await withdrawInvitationsOf(transaction, id);
        await forgetNewAuthenticator(transaction, id);
      }
      return findUser(transaction, id);
    },
  });
}
