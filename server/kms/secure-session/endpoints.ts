import {
  initReply,
  keyExchangeReply,
  keyExchangeRequest,
  rotateTokenReply,
  rotateTokenRequest,
} from '../../../shared/api/kms/session.ts';
import { anyone, type Endpoint, endpoint, type Guard } from '../../platform/http/endpoint.ts';
import { clientTokenOf } from './client-tokens.ts';
import { exchangeKeys } from './exchange-keys.ts';
import { initSession } from './init-session.ts';
import type { LiveSession, LiveSessions } from './live-sessions.ts';
import { rotateToken } from './rotate-token.ts';
import type { SecureSessionParts } from './secure-session-parts.ts';

/** The guard of what asks for a client token only; whoever shows one uses the session. */
export function createSessionGuard(sessions: LiveSessions): Guard<LiveSession> {
  return async (request) => {
    const session = await sessions.byToken(clientTokenOf(request));
    await sessions.touch(session);
    return session;
  };
}

/** `anyone` and no bearer: a session is nobody's until a login comes inside it. */
export function secureSessionEndpoints(parts: SecureSessionParts): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/session/init',
      guard: anyone,
      about: { summary: 'Begin a secure session', access: 'anyone', reply: initReply },
      handle: ({ call }) => initSession(parts, call.address),
    }),
    endpoint({
      method: 'post',
      path: '/session/key-exchange',
      guard: async (request) => clientTokenOf(request),
      about: {
        summary: 'Agree on the key of a secure session',
        access: 'client-token',
        reply: keyExchangeReply,
      },
      body: keyExchangeRequest,
      handle: ({ who, call, body }) => exchangeKeys(parts, { clientToken: who, address: call.address }, body),
    }),
    endpoint({
      method: 'post',
      path: '/session/rotate-token',
      guard: createSessionGuard(parts.sessions),
      about: {
        summary: 'Change the client token of a secure session',
        access: 'client-token',
        reply: rotateTokenReply,
      },
      body: rotateTokenRequest,
      handle: ({ who, body }) => rotateToken(parts, who, body.token),
    }),
  ];
}
