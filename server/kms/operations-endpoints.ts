import { sql } from 'kysely';
import { API_VERSION, type Health } from '../../shared/api/common.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { anyone, type Endpoint, endpoint } from '../platform/http/endpoint.ts';
import type { KmsParts } from './parts.ts';

/** Whether the KMS lives (`/healthz`), and whether it can do its work (`/readyz`). */
export function operationsEndpoints({ config, database }: KmsParts, version: string): Endpoint[] {
  const health: Health = { service: 'kms', api: API_VERSION, version, url: config.url };
  return [
    endpoint({ method: 'get', path: '/healthz', guard: anyone, handle: async () => health }),
    endpoint({
      method: 'get',
      path: '/readyz',
      guard: anyone,
      async handle() {
        try {
          await sql`SELECT 1 FROM users LIMIT 1`.execute(database);
        } catch (cause) {
          throw new SealkeepError('STORE_UNAVAILABLE', {}, { cause });
        }
        return { status: 'ready' };
      },
    }),
  ];
}
