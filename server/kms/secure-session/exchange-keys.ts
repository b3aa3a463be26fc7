import type { z } from 'zod';
import { sealJwe } from '../../../core/crypto/jwe.ts';
import { openOaep } from '../../../core/crypto/rsa-oaep.ts';
import { SESSION_KEY_BYTES } from '../../../core/crypto/session-keys.ts';
import type { keyExchangeReply, keyExchangeRequest, ReplyHeader } from '../../../shared/api/kms/session.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { SecureSessionParts } from './secure-session-parts.ts';

/**
 * `POST /session/key-exchange`. The id is used up by it, whatever comes of it.
 * @throws SealkeepError SESSION_KEY_REFUSED, SESSION_TOKEN_TAKEN, SESSION_LIMIT
 */
export async function exchangeKeys(
  { identity, pending, sessions }: SecureSessionParts,
  { clientToken, address }: { readonly clientToken: string; readonly address: string },
  { sessionId, wrappedKey }: z.output<typeof keyExchangeRequest>,
): Promise<z.input<typeof keyExchangeReply>> {
  if (!pending.take(sessionId)) throw new SealkeepError('SESSION_KEY_REFUSED');
  const { pair } = await identity.current();
  const sessionKey = openOaep(pair.privateKey, Buffer.from(wrappedKey, 'base64'));
  if (!sessionKey) throw new SealkeepError('SESSION_KEY_REFUSED');
  try {
    if (sessionKey.length !== SESSION_KEY_BYTES) throw new SealkeepError('SESSION_KEY_REFUSED');
    const { keys, expiresAt, createdAt } = await sessions.start(sessionId, clientToken, sessionKey, address);
    const about = { sid: sessionId, seq: 0, htm: 'POST', htu: '/session/key-exchange' };
    const header: ReplyHeader = { ...about, status: 200, cty: 'text/plain', left: expiresAt - createdAt };
    return { sessionId, expiresAt, confirmation: sealJwe(keys.server, header, Buffer.alloc(0)) };
  } finally {
    sessionKey.destroy();
  }
}
