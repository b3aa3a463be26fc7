import { Readable } from 'node:stream';
import { openJwe, sealJwe } from '../../core/crypto/jwe.ts';
import {
  CLIENT_TOKEN_HEADER,
  MESSAGE_HEADER,
  MESSAGE_TYPE,
  messagePath,
  replyHeader,
} from '../../shared/api/kms/session.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { LIMITS } from '../../shared/limits.ts';
import { errorFrom, type Peer } from '../http/peer.ts';
import { readAll } from '../http/read-all.ts';
import type { HttpReply, HttpRequest } from '../http/transport.ts';
import type { ClientSession } from './client-session.ts';

/** By these the server says that the session is no good, or so somebody between says. */
const SESSION_IS_OVER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SESSION_ENDED',
  'SESSION_MESSAGE_REFUSED',
]);

/**
 * What comes before the server has opened the message, and so cannot come as one. Whoever stands between can say it as
 * well, but does no more by it than by cutting the connection. Nothing else is believed in clear.
 */
const BEFORE_THE_MESSAGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ADDRESS_REFUSED',
  'HOST_REFUSED',
  'REQUEST_TOO_LARGE',
  'STORE_UNAVAILABLE',
  'STORE_LOST',
  'INTERNAL',
]);

/** The session came to nothing; whether the server acted on the request is not known. */
export interface SessionOver {
  readonly over: SealkeepError;
}

/**
 * Sends a request as a message of the session, and opens the reply.
 * @returns the reply as it would have been without a session.
 * @throws SealkeepError SERVER_ANSWER_INVALID, and what the transport throws.
 */
export async function sendMessage(
  peer: Peer,
  session: ClientSession,
  request: HttpRequest,
  now: () => Date,
): Promise<HttpReply | SessionOver> {
  const path = messagePath(request.url.slice(peer.address.length));
  const about = { sid: session.id, seq: session.seq, htm: request.method, htu: path };
  session.seq += 1;
  const sentAt = now().getTime();
  const reply = await peer.send({ ...request, ...sealed(session, request, about) });
  const text = (await readAll(reply.body, LIMITS.messageReply))?.toString('latin1') ?? '';
  const opened = openJwe(session.keys.server, text);
  if (!opened) return refusalOf(peer, reply.status, text);
  const header = replyHeader.safeParse(opened.header).data;
  const isAnswer =
    header?.sid === about.sid &&
    header.seq === about.seq &&
    header.htm === about.htm &&
    header.htu === about.htu;
  if (!isAnswer) throw invalid(peer);
  session.endsAt = Math.max(session.endsAt, sentAt + header.left);
  return {
    status: header.status,
    headers: { 'content-type': header.cty },
    body: Readable.from([opened.plaintext]),
  };
}

function sealed(
  { keys, token }: ClientSession,
  { headers, body }: HttpRequest,
  about: Readonly<Record<string, string | number>>,
): Pick<HttpRequest, 'headers' | 'body'> {
  if (body !== undefined && !(body instanceof Uint8Array)) {
    throw new TypeError('a stream does not go into a secure session');
  }
  const { authorization, accept } = headers;
  // The body is JSON already, and stands in the message as it is.
  const parts = [
    ...(authorization === undefined ? [] : [`"authorization":${JSON.stringify(authorization)}`]),
    ...(body === undefined ? [] : [`"body":${Buffer.from(body).toString('utf8')}`]),
  ];
  const message = sealJwe(keys.client, about, Buffer.from(`{${parts.join(',')}}`));
  const outside = { [CLIENT_TOKEN_HEADER]: token, ...(accept === undefined ? {} : { accept }) };
  if (body === undefined) return { headers: { ...outside, [MESSAGE_HEADER]: message } };
  return { headers: { ...outside, 'content-type': MESSAGE_TYPE }, body: Buffer.from(message, 'ascii') };
}

function refusalOf(peer: Peer, status: number, text: string): SessionOver {
  const error = errorFrom(peer, text);
  if (status < 400) throw invalid(peer);
  if (SESSION_IS_OVER.has(error.code)) return { over: error };
  throw BEFORE_THE_MESSAGE.has(error.code) ? error : invalid(peer);
}

function invalid({ service, address }: Peer): SealkeepError {
  return new SealkeepError('SERVER_ANSWER_INVALID', { service, url: address });
}
