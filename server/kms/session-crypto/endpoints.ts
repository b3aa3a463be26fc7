import {
  decryptRequest,
  encryptRequest,
  signRequest,
  verifyRequest,
} from '../../../shared/api/kms/crypto.ts';
import { type Endpoint, endpoint } from '../../platform/http/endpoint.ts';
import { createSessionGuard } from '../secure-session/endpoints.ts';
import type { SecureSessionParts } from '../secure-session/secure-session-parts.ts';
import { decrypt } from './decrypt.ts';
import { encrypt } from './encrypt.ts';
import { sign } from './sign.ts';
import { verify } from './verify.ts';

/** These hold no key but the session's own, and so ask for its client token only. */
export function cryptoEndpoints(parts: SecureSessionParts): Endpoint[] {
  const guard = createSessionGuard(parts.sessions);
  return [
    endpoint({
      method: 'post',
      path: '/crypto/encrypt',
      guard,
      body: encryptRequest,
      handle: async ({ who, body }) => encrypt(who, body),
    }),
    endpoint({
      method: 'post',
      path: '/crypto/decrypt',
      guard,
      body: decryptRequest,
      handle: async ({ who, body }) => decrypt(who, body),
    }),
    endpoint({
      method: 'post',
      path: '/crypto/sign',
      guard,
      body: signRequest,
      handle: ({ who, body }) => sign(parts, who, body),
    }),
    endpoint({
      method: 'post',
      path: '/crypto/verify',
      guard,
      body: verifyRequest,
      handle: async ({ body }) => verify(body),
    }),
  ];
}
