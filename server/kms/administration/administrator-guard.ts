import { SealkeepError } from '../../../shared/errors/error.ts';
import { callOf } from '../../platform/http/call.ts';
import type { Guard } from '../../platform/http/endpoint.ts';
import { recordingRefusals } from '../audit/recorded.ts';
import { isAdministrator } from '../identity/administrators.ts';
import type { Person } from '../identity/person.ts';
import type { KmsParts } from '../parts.ts';

/**
 * The guard of what only administrators may do. That somebody else tried stands in the audit log.
 * @throws SealkeepError AUTHENTICATION_INVALID, ADMINISTRATOR_REQUIRED
 */
export function createAdministratorGuard(parts: KmsParts, bearer: Guard<Person>): Guard<Person> {
  return async (request) => {
    const person = await bearer(request);
    const reason = `${request.method} ${String(request.route?.path)}`;
    const draft = { operation: 'administer', actor: person.name, reason };
    await recordingRefusals(parts, callOf(request), draft, async () => {
      const isOne = await isAdministrator(parts.database, person.id);
      if (!isOne) throw new SealkeepError('ADMINISTRATOR_REQUIRED');
    });
    return person;
  };
}
