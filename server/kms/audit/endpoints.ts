import { auditChainQuery, auditQuery } from '../../../shared/api/kms/audit.ts';
import { type Endpoint, endpoint, type Guard } from '../../platform/http/endpoint.ts';
import type { Person } from '../identity/person.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { listChain } from './list-chain.ts';
import { listEntries } from './list-entries.ts';

/**
 * What people ask of the audit log; what each of them is shown depends on who asks.
 * @param isAdministrator looked at with each request, by the person's id.
 */
export function auditEndpoints(
  database: KmsDatabase,
  bearer: Guard<Person>,
  isAdministrator: (userId: string) => Promise<boolean>,
): Endpoint[] {
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
      query: auditQuery,
      handle: async ({ who, query }) => listEntries(database, await reader(who), query),
    }),
    endpoint({
      method: 'get',
      path: '/audit/verify',
      guard: bearer,
      query: auditChainQuery,
      handle: async ({ who, query }) => listChain(database, await reader(who), query),
    }),
  ];
}
