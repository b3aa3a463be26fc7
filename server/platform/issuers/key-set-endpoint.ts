import { type Jwks, jwks } from '../../../core/crypto/key-set.ts';
import { KEY_SET_PATH } from '../../../shared/api/common.ts';
import { anyone, type Endpoint, endpoint } from '../http/endpoint.ts';

/** Publishes a server's keys to whoever verifies its tokens. */
export function keySetEndpoint(keySet: Jwks): Endpoint {
  return endpoint({
    method: 'get',
    path: KEY_SET_PATH,
    guard: anyone,
    about: { summary: 'The keys that verify the tokens of this server', access: 'anyone', reply: jwks },
    bare: true,
    handle: async () => keySet,
  });
}
