import { auditChainQuery, auditQuery } from '../../../shared/api/kms/audit.ts';
import { type Endpoint, endpoint, type Guard } from '../../platform/http/endpoint.ts';
import type { KmsDatabase } from '../store/schema.ts';
import { listChain } from './list-chain.ts';
import { listEntries } from './list-entries.ts';
import type { AuditReader } from './readable.ts';

/** What people ask of the audit log; what each of them is shown depends on who asks. */
export function auditEndpoints(database: KmsDatabase, bearer: Guard<AuditReader>): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/audit',
      guard: bearer,
      query: auditQuery,
      handle: ({ who, query }) => listEntries(database, who, query),
    }),
    endpoint({
      method: 'get',
      path: '/audit/verify',
      guard: bearer,
      query: auditChainQuery,
      handle: ({ who, query }) => listChain(database, who, query),
    }),
  ];
}
