import {
  decryptReply,
  decryptRequest,
  encryptReply,
  encryptRequest,
  signReply,
  signRequest,
  verifyReply,
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
      about: { summary: 'Encrypt under the session key', access: 'client-token', reply: encryptReply },
      body: encryptRequest,
      handle: async ({ who, body }) => encrypt(who, body),
    }),
    endpoint({
      method: 'post',
      path: '/crypto/decrypt',
      guard,
      about: { summary: 'Decrypt under the session key', access: 'client-token', reply: decryptReply },
      body: decryptRequest,
      handle: async ({ who, body }) => decrypt(who, body),
    }),
    endpoint({
      method: 'post',
      path: '/crypto/sign',
      guard,
      about: { summary: 'Sign with the key pair of the session', access: 'client-token', reply: signReply },
      body: signRequest,
      handle: ({ who, body }) => sign(parts, who, body),
    }),
    endpoint({
      method: 'post',
      path: '/crypto/verify',
      guard,
      about: { summary: 'Verify a signature', access: 'client-token', reply: verifyReply },
      body: verifyRequest,
      handle: async ({ body }) => verify(body),
    }),
  ];
}
