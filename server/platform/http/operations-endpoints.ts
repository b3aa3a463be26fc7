import { z } from 'zod';
import { API_VERSION, type Health, health as healthReply } from '../../../shared/api/common.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { anyone, type Endpoint, endpoint } from './endpoint.ts';

const readyReply = z.object({ ready: z.literal(true) });

export interface OperationsParts extends Pick<Health, 'service' | 'url' | 'version'> {
  /** Throws where the server can't do its work now. */
  readonly check: () => Promise<unknown>;
}

/** What anyone behind the front door may ask of either server: who it is, and whether it can work. */
export function operationsEndpoints({ check, ...server }: OperationsParts): Endpoint[] {
  const health: Health = { ...server, api: API_VERSION };
  return [
    endpoint({
      method: 'get',
      path: '/healthz',
      guard: anyone,
      about: { summary: 'Which server this is', access: 'anyone', reply: healthReply },
      handle: async () => health,
    }),
    endpoint({
      method: 'get',
      path: '/readyz',
      guard: anyone,
      about: { summary: 'Whether it can do its work now', access: 'anyone', reply: readyReply },
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
