import { publishKeySet } from '../../../core/crypto/key-set.ts';
import { KEY_SET_PATH } from '../../../shared/api/common.ts';
import { anyone, type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import { keySetEndpoint } from '../../platform/issuers/key-set-endpoint.ts';
import { type SigningKeys, TOKEN_TYP } from './signing-keys.ts';

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
      bare: true,
      handle: async () => discovery,
    }),
    endpoint({
      method: 'get',
      path: '/certs',
      guard: anyone,
      bare: true,
      // Peers of other make know nothing of `sealkeep_typ`, and no token of our own kinds is signed by this key.
      async handle() {
        const { publicJwk, kid, algorithm } = await keys.certs();
        return { keys: [{ ...publicJwk, kid, use: 'sig', alg: algorithm }] };
      },
    }),
  ];
}
