import { rotateTokenReply } from '../../shared/api/kms/session.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { abortable } from '../engine/abortable.ts';
import { callForData, type Peer } from '../http/peer.ts';
import type { HttpReply, HttpRequest, Transport } from '../http/transport.ts';
import { type ClientSession, isAlive } from './client-session.ts';
import { openSession } from './open-session.ts';
import { sendMessage } from './send-message.ts';

/** A client token is used for so long. */
const ROTATE_MS = 5 * 60_000;

export interface SecureTransport {
  readonly send: Transport;
  /** Fingerprint of the server's identity key; undefined until it was met. */
  identity(): string | undefined;
  /** Breaks off a session that is being opened. */
  close(): void;
}

/**
 * A transport to one server that sends every request inside a secure session, which it opens when the first comes and
 * renews before it ends. Where a session comes to nothing under way, only what changes nothing (GET) is sent again:
 * that the server refused it may be the word of somebody who had passed it on before.
 * @param peer the server as it is reached without a session.
 * @param known fingerprint of its identity key, where it is known.
 */
export function createSecureTransport(
  peer: Peer,
  known: string | undefined,
  now: () => Date,
): SecureTransport {
  const closing = new AbortController();
  /** Calls about sessions themselves belong to all who wait for them. */
  const own: Peer = { ...peer, signal: closing.signal };
  let identity = known;
  let session: ClientSession | undefined;
  let preparing: Promise<ClientSession> | undefined;

  async function prepare(): Promise<ClientSession> {
    if (session && isAlive(session, now().getTime())) {
      try {
        await rotate(session);
        return session;
      } catch (error) {
        if (!(error instanceof SealkeepError)) throw error;
        // Which token is good now is not known: another session is.
        drop(session);
      }
    }
    const opened = await openSession(own, identity, now);
    identity = opened.identity.fingerprint;
    session = opened.session;
    return session;
  }

  async function rotate(rotated: ClientSession): Promise<void> {
    const send: Transport = async (request) => {
      const reply = await sendMessage(own, rotated, request, now);
      if ('over' in reply) throw reply.over;
      return reply;
    };
    const call = { method: 'POST', path: '/session/rotate-token', json: {} } as const;
    const { newToken } = await callForData({ ...own, send }, call, rotateTokenReply);
    rotated.token = newToken;
    rotated.tokenSince = now().getTime();
  }

  function prepared(): Promise<ClientSession> {
    const at = now().getTime();
    if (session && isAlive(session, at) && at - session.tokenSince < ROTATE_MS)
      return Promise.resolve(session);
    preparing ??= prepare().finally(() => {
      preparing = undefined;
    });
    return preparing;
  }

  function drop(dropped: ClientSession): void {
    if (session === dropped) session = undefined;
  }

  async function send(request: HttpRequest, isSecond = false): Promise<HttpReply> {
    const used = await abortable(prepared(), request.signal);
    const reply = await sendMessage(peer, used, request, now);
    if (!('over' in reply)) return reply;
    drop(used);
    if (request.method !== 'GET' || isSecond) throw reply.over;
    return send(request, true);
  }

  return {
    send: (request) => send(request),
    identity: () => identity,
    close: () => closing.abort(),
  };
}
