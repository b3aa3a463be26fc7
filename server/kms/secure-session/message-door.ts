import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { openJwe, sealJwe } from '../../../core/crypto/jwe.ts';
import {
  MESSAGE_HEADER,
  MESSAGE_TYPE,
  messagePath,
  type ReplyHeader,
  requestHeader,
  requestMessage,
} from '../../../shared/api/kms/session.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import { hasBody, markInSession } from '../../platform/http/call.ts';
import { parseInput } from '../../platform/http/endpoint.ts';
import { clientTokenOf } from './client-tokens.ts';
import type { LiveSession, LiveSessions } from './live-sessions.ts';

/**
 * Opens a request that came as a message of a secure session, so that the endpoints see what they would have seen
 * without one, and seals what is answered, refusals too. What stood outside beside it, a bearer token above all, does
 * not count.
 * @throws SealkeepError SESSION_ENDED, SESSION_MESSAGE_REFUSED, REQUEST_INVALID
 */
export function messageDoor(sessions: LiveSessions, now: () => Date): RequestHandler {
  return (request, response, next) => {
    const text = messageOf(request);
    if (text === undefined) {
      next();
      return;
    }
    enter(request, text)
      .then(({ session, seq, message }) => {
        showInner(request, message);
        markInSession(request);
        sealReplies(request, response, session, seq);
        next();
      })
      .catch(next);
  };

  async function enter(request: Request, text: string) {
    const session = await sessions.byToken(clientTokenOf(request));
    const opened = openJwe(session.keys.client, text);
    const header = requestHeader.safeParse(opened?.header);
    const isOfThisCall =
      header.data?.sid === session.id &&
      header.data.htm === request.method &&
      messagePath(header.data.htu) === messagePath(request.originalUrl);
    if (!opened || !header.success || !isOfThisCall || !(await sessions.take(session, header.data.seq))) {
      throw new SealkeepError('SESSION_MESSAGE_REFUSED');
    }
    const message = parseMessage(opened.plaintext);
    await sessions.touch(session);
    return { session, seq: header.data.seq, message };
  }

  function sealReplies(request: Request, response: Response, session: LiveSession, seq: number): void {
    const send = response.send.bind(response);
    response.send = (body: unknown) => {
      response.send = send;
      const header: ReplyHeader = {
        ...{ sid: session.id, seq, htm: request.method, htu: messagePath(request.originalUrl) },
        status: response.statusCode,
        cty: response.get('content-type') ?? 'application/octet-stream',
        left: session.expiresAt - now().getTime(),
      };
      const plaintext = Buffer.isBuffer(body) ? body : Buffer.from(String(body));
      const message = sealJwe(session.keys.server, header, plaintext);
      return response.type(MESSAGE_TYPE).send(Buffer.from(message, 'ascii'));
    };
  }
}

/** Takes the plaintext over. Who sent it is known by now, and that it is no message is their own mistake. */
function parseMessage(plaintext: Buffer): z.output<typeof requestMessage> {
  try {
    return parseInput(requestMessage, jsonOf(plaintext));
  } finally {
    plaintext.fill(0);
  }
}

function jsonOf(plaintext: Buffer): unknown {
  try {
    return JSON.parse(plaintext.toString('utf8'));
  } catch (cause) {
    throw new SealkeepError('REQUEST_INVALID', { reason: 'body' }, { cause });
  }
}

/**
 * In the body, or in the header of a request that has none. A header with a body beside it would let who stands between
 * move a message there, and put a body of their own in its place.
 */
function messageOf(request: Request): string | undefined {
  const header = request.get(MESSAGE_HEADER);
  if (header === undefined)
    return Buffer.isBuffer(request.body) ? request.body.toString('latin1') : undefined;
  if (hasBody(request)) throw new SealkeepError('REQUEST_INVALID', { reason: 'X-Sealkeep-JWE' });
  return header;
}

function showInner(request: Request, message: { authorization?: string | undefined; body?: unknown }): void {
  const { headers } = request;
  delete headers.authorization;
  if (message.authorization !== undefined) headers.authorization = message.authorization;
  if (message.body !== undefined) headers['content-type'] = 'application/json';
  request.body = message.body;
}
