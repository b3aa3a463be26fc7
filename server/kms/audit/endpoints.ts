import { auditChainQuery, auditQuery } from '../../../shared/api/kms/audit.ts';
import { type Endpoint, endpoint, type Guard } from '../../platform/http/endpoint.ts';
import { isAdministrator } from '../identity/administrators.ts';
import type { Person } from '../identity/person.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { listChain } from './list-chain.ts';
import { listEntries } from './list-entries.ts';
import type { AuditReader } from './readable.ts';

/** What people ask of the audit log; what each of them is shown depends on who asks. */
export function auditEndpoints(database: KmsDatabase, bearer: Guard<Person>): Endpoint[] {
  const guard: Guard<AuditReader> = async (request) => {
    const person = await bearer(request);
    const isOne = await isAdministrator(database, person.id);
    return { ...person, role: isOne ? 'administrator' : 'member' };
  };
  return [
    endpoint({
      method: 'get',
      path: '/audit',
      guard,
      query: auditQuery,
      handle: ({ who, query }) => listEntries(database, who, query),
    }),
    endpoint({
      method: 'get',
      path: '/audit/verify',
      guard,
      query: auditChainQuery,
      handle: ({ who, query }) => listChain(database, who, query),
    }),
  ];
}
