import type { Jwks } from '../../../core/crypto/key-set.ts';
import { API_VERSION, type Health } from '../../../shared/api/common.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { anyone, type Endpoint, endpoint } from '../../platform/http/endpoint.ts';

export interface StatusParts {
  readonly url: string;
  readonly version: string;
  readonly keySet: Jwks;
  /** Throws where the cloud can't do its work now. */
  readonly check: () => Promise<void>;
}

/** What anyone behind the front door may ask: who this is, whether it can work, and by which keys it signs. */
export function statusEndpoints({ url, version, keySet, check }: StatusParts): Endpoint[] {
  const health: Health = { service: 'cloud', api: API_VERSION, version, url };
  return [
    endpoint({ method: 'get', path: '/healthz', guard: anyone, handle: async () => health }),
    endpoint({
      method: 'get',
      path: '/readyz',
      guard: anyone,
      async handle() {
        try {
          await check();
        } catch (cause) {
          throw new SealkeepError('STORE_UNAVAILABLE', {}, { cause });
        }
        return { ready: true };
      },
    }),
    endpoint({
      method: 'get',
      path: '/.well-known/jwks.json',
      guard: anyone,
      bare: true,
      handle: async () => keySet,
    }),
  ];
}
