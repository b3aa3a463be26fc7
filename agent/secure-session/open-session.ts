import { openJwe } from '../../core/crypto/jwe.ts';
import { randomToken } from '../../core/crypto/random.ts';
import { type OaepPublicKey, sealOaep } from '../../core/crypto/rsa-oaep.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { SESSION_KEY_BYTES, sessionKeysOf } from '../../core/crypto/session-keys.ts';
import {
  CLIENT_TOKEN_HEADER,
  initReply,
  keyExchangeReply,
  replyHeader,
} from '../../shared/api/kms/session.ts';
import { isSealkeepError, SealkeepError } from '../../shared/errors/error.ts';
import { callForData, type Peer } from '../http/peer.ts';
import { type ClientSession, newSession } from './client-session.ts';
import { knownIdentity } from './known-identity.ts';

const EXCHANGE = '/session/key-exchange';

/**
 * Agrees on a fresh session key with the KMS. Nothing secret is sent to a server that is not the known one; and the
 * session is good only once the server has shown that it could open the key.
 * @param known fingerprint of the identity key that was seen last; undefined at first contact.
 * @throws SealkeepError SERVER_IDENTITY_CHANGED, SERVER_TOO_OLD where it knows no secure sessions, SERVER_*
 */
export async function openSession(
  peer: Peer,
  known: string | undefined,
  now: () => Date,
): Promise<{ session: ClientSession; identity: OaepPublicKey }> {
  const place = { service: peer.service, url: peer.address };
  const startedAt = now().getTime();
  const init = await callForData(peer, { method: 'GET', path: '/session/init' }, initReply).catch(
    (error: unknown) => {
      if (!isSealkeepError(error, 'ROUTE_NOT_FOUND')) throw error;
      throw new SealkeepError('SERVER_TOO_OLD', place, { cause: error });
    },
  );
  const identity = knownIdentity(init, known);
  if (!identity) throw new SealkeepError('SERVER_IDENTITY_CHANGED', place);

  const token = randomToken();
  const { keys, wrappedKey } = newSessionKey(identity);
  const { sessionId } = init;
  const { confirmation } = await callForData(
    peer,
    {
      method: 'POST',
      path: EXCHANGE,
      json: { sessionId, wrappedKey },
      headers: { [CLIENT_TOKEN_HEADER]: token },
    },
    keyExchangeReply,
  );
  const confirmed = replyHeader.safeParse(openJwe(keys.server, confirmation)?.header).data;
  if (confirmed?.sid !== sessionId || confirmed.seq !== 0 || confirmed.htu !== EXCHANGE) {
    throw new SealkeepError('SERVER_ANSWER_INVALID', place);
  }
  return { session: newSession({ id: sessionId, keys, token }, startedAt, confirmed.left), identity };
}

function newSessionKey(identity: OaepPublicKey) {
  const sessionKey = Secret.random(SESSION_KEY_BYTES);
  try {
    return { keys: sessionKeysOf(sessionKey), wrappedKey: sealOaep(identity, sessionKey).toString('base64') };
  } finally {
    sessionKey.destroy();
  }
}
