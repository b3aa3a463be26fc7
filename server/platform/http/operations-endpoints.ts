import { API_VERSION, type Health } from '../../../shared/api/common.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { anyone, type Endpoint, endpoint } from './endpoint.ts';

export interface OperationsParts extends Pick<Health, 'service' | 'url' | 'version'> {
  /** Throws where the server can't do its work now. */
  readonly check: () => Promise<unknown>;
}

/** What anyone behind the front door may ask of either server: who it is, and whether it can work. */
export function operationsEndpoints({ check, ...server }: OperationsParts): Endpoint[] {
  const health: Health = { ...server, api: API_VERSION };
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
  ];
}
