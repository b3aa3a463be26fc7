import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';
import { administer } from './administer.ts';

/**
 * `DELETE /invitations/:id`: it is good no more, also for who has begun to register by it.
 * @throws SealkeepError INVITATION_NOT_FOUND
 */
export function deleteInvitation(
  parts: KmsParts,
  call: Call,
  administrator: Person,
  id: string,
): Promise<Record<string, never>> {
  return administer(parts, call, administrator, {
    operation: 'delete-invitation',
    async check(database) {
      const row = await database
        .selectFrom('invitations')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst();
      if (!row) throw new SealkeepError('INVITATION_NOT_FOUND');
      return id;
    },
    async act(transaction) {
      await transaction.deleteFrom('invitations').where('id', '=', id).execute();
      return {};
    },
  });
}
