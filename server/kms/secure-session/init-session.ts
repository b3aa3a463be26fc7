import type { InitReply } from '../../../shared/api/kms/session.ts';
import type { SecureSessionParts } from './secure-session-parts.ts';

/**
 * `GET /session/init`: who the server is, and an id that is good for one key exchange within a minute.
 * @throws SealkeepError SESSION_LIMIT
 */
export async function initSession(
  { identity, pending }: Pick<SecureSessionParts, 'identity' | 'pending'>,
  address: string,
): Promise<InitReply> {
  const { pair, signedBy } = await identity.current();
  return {
    sessionId: pending.begin(address),
    rsaPublicKeyPem: pair.publicKey.pem,
    ...(signedBy.length > 0 ? { signedBy } : {}),
  };
}
