import { SealkeepError } from '../../../shared/errors/error.ts';
import type { Call } from '../../platform/http/call.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';

/**
 * `DELETE /grants/:id`: the owner takes it back; it counts from the very next call.
 * @throws SealkeepError GRANT_NOT_FOUND, also for another owner's.
 */
export function deleteGrant(
  parts: KmsParts,
  call: Call,
  owner: Person,
  id: string,
): Promise<Record<string, never>> {
  const draft = { operation: 'delete-grant', actor: owner.name };
  return recordingRefusals(parts, call, draft, () =>
    parts.database.transaction().execute(async (transaction) => {
      const grant = await transaction
        .selectFrom('grants')
        .innerJoin('users', 'users.id', 'grants.user_id')
        .select(['resource_name', 'grants.role', 'users.name'])
        .where('grants.id', '=', id)
        .where('owner_id', '=', owner.id)
        .executeTakeFirst();
      if (!grant) throw new SealkeepError('GRANT_NOT_FOUND');
      const { resource_name: resourceName, role, name } = grant;
      await transaction.deleteFrom('grants').where('id', '=', id).execute();
      const { actor, operation } = draft;
      const entry = { actor, operation, resourceName, reason: `${role} to ${name}` };
      await parts.audit.append(call, [entry], transaction);
      return {};
    }),
  );
}
