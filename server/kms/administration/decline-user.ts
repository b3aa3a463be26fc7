import type { UserReply } from '../../../shared/api/kms/administration.ts';
import type { Call } from '../../platform/http/call.ts';
import type { Person } from '../identity/person.ts';
import { transition } from '../identity/user-state.ts';
import { removeKeksOf } from '../keyring/remove-keks.ts';
import type { KmsParts } from '../parts.ts';
import { administer } from './administer.ts';
import { findUser } from './users.ts';

/**
 * `POST /users/:id/decline`, of somebody who waits for approval. They never were in: their KEK, recovery codes and row go
 * in the same transaction, and their name is free.
 * @returns who they were, as deleted.
 * @throws SealkeepError USER_NOT_FOUND, USER_STATE
 */
export function declineUser(
  parts: KmsParts,
  call: Call,
  administrator: Person,
  id: string,
): Promise<UserReply> {
  return administer(parts, call, administrator, {
    operation: 'decline-user',
    async check(database) {
      const { user, state } = await findUser(database, id);
      transition(state, { kind: 'decline' });
      return user;
    },
    async act(transaction) {
      const declined = await findUser(transaction, id);
      const state = transition(declined.state, { kind: 'decline' });
      await removeKeksOf(transaction, id);
      // Recovery codes and known devices go with the row.
      await transaction.deleteFrom('users').where('id', '=', id).execute();
      return { ...declined, state };
    },
  });
}
