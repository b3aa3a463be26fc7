import { z } from 'zod';
import { jwks, publishKeySet } from '../../../core/crypto/key-set.ts';
import { KEY_SET_PATH } from '../../../shared/api/common.ts';
import { TOKEN_TYP } from '../../../shared/api/token-typ.ts';
import { anyone, type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import { keySetEndpoint } from '../../platform/issuers/key-set-endpoint.ts';
import type { SigningKeys } from './signing-keys.ts';

const discoveryReply = z.object({
  issuer: z.string(),
  jwks_uri: z.string(),
  subject_types_supported: z.array(z.string()),
  id_token_signing_alg_values_supported: z.array(z.string()),
});

/** What the KMS publishes of its keys: our tokens' at the well-known place, the KACLS one at `/certs`. */
export function wellKnownEndpoints(url: string, keys: SigningKeys): Endpoint[] {
  const own = publishKeySet([
    { typ: TOKEN_TYP.authentication, key: keys.authentication },
    { typ: TOKEN_TYP.cloud, key: keys.cloud },
    { typ: TOKEN_TYP.service, key: keys.service },
    { typ: TOKEN_TYP.delegated, key: keys.delegated },
    { typ: TOKEN_TYP.checkpoint, key: keys.checkpoint },
  ]);
  const discovery = {
    issuer: url,
    jwks_uri: url + KEY_SET_PATH,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['EdDSA'],
  };
  return [
    keySetEndpoint(own),
    endpoint({
      method: 'get',
      path: '/.well-known/openid-configuration',
      guard: anyone,
      about: { summary: 'Where the keys that sign our tokens are', access: 'anyone', reply: discoveryReply },
      bare: true,
      handle: async () => discovery,
    }),
    endpoint({
      method: 'get',
      path: '/certs',
      guard: anyone,
      about: { summary: 'The key that signs KACLS tokens', access: 'anyone', reply: jwks },
      bare: true,
      // Peers of other make know nothing of `sealkeep_typ`, and no token of our own kinds is signed by this key.
      async handle() {
        const { publicJwk, kid, algorithm } = await keys.certs();
        return { keys: [{ ...publicJwk, kid, use: 'sig', alg: algorithm }] };
      },
    }),
  ];
}
