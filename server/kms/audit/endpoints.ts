import { auditChainQuery, auditChainReply, auditQuery, auditReply } from '../../../shared/api/kms/audit.ts';
import { type Endpoint, endpoint, type Guard } from '../../platform/http/endpoint.ts';
import type { Person } from '../identity/person.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { listChain } from './list-chain.ts';
import { listEntries } from './list-entries.ts';
import { createOneLookEach } from './one-look-each.ts';

/**
 * What people ask of the audit log; what each of them is shown depends on who asks.
 * @param isAdministrator looked at with each request, by the person's id.
 */
export function auditEndpoints(
  database: KmsDatabase,
  bearer: Guard<Person>,
  isAdministrator: (userId: string) => Promise<boolean>,
): Endpoint[] {
  const inTurn = createOneLookEach();
  const reader = async ({ id, name }: Person) => ({
    id,
    name,
    isAdministrator: await isAdministrator(id),
  });
  return [
    endpoint({
      method: 'get',
      path: '/audit',
      guard: bearer,
      about: {
        summary: 'Entries of the audit log that the caller may read, newest first',
        access: 'login',
        reply: auditReply,
      },
      query: auditQuery,
      handle: ({ who, query }) => inTurn(who.id, async () => listEntries(database, await reader(who), query)),
    }),
    endpoint({
      method: 'get',
      path: '/audit/verify',
      guard: bearer,
      about: {
        summary: 'The chain of the audit log, by which everyone can verify it',
        access: 'login',
        reply: auditChainReply,
      },
      query: auditChainQuery,
      handle: ({ who, query }) => inTurn(who.id, async () => listChain(database, await reader(who), query)),
    }),
  ];
}
