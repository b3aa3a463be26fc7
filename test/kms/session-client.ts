import { openJwe, sealJwe } from '../../core/crypto/jwe.ts';
import { randomToken } from '../../core/crypto/random.ts';
import { readOaepPublicKey, sealOaep } from '../../core/crypto/rsa-oaep.ts';
import { Secret } from '../../core/crypto/secret.ts';
import { type SessionKeys, sessionKeysOf } from '../../core/crypto/session-keys.ts';
import { initReply, keyExchangeReply, replyHeader } from '../../shared/api/kms/session.ts';
import type { TestAnswer, TestKms } from './start-test-kms.ts';

/** A message as a test sends it: right where nothing else is said. */
export interface TestMessage {
  readonly body?: unknown;
  readonly bearer?: string | undefined;
  readonly seq?: number;
  readonly header?: Readonly<Record<string, string | number>>;
  readonly key?: SessionKeys['client'];
}

interface InnerAnswer {
  readonly status: number;
  readonly data: Record<string, unknown>;
  readonly code: string | undefined;
  readonly json: Record<string, unknown>;
  /** The message as it came. */
  readonly text: string;
}

/** A bare client of secure sessions, without any of the agent's care. */
export interface TestSession {
  readonly id: string;
  readonly keys: SessionKeys;
  token: string;
  seq: number;
  readonly expiresAt: number;
  message(method: string, path: string, message?: TestMessage): string;
  /** Sends a message's text as the path's method would carry it. */
  sendText(method: string, path: string, text: string, token?: string): Promise<TestAnswer>;
  /** Seals, sends and opens; the reply has to be one to this very request. */
  call(method: string, path: string, message?: TestMessage): Promise<InnerAnswer>;
}

export async function exchange(kms: TestKms, token: string, key: Secret, sessionId?: string) {
  const init = initReply.parse((await kms.call('GET', '/session/init')).data);
  const publicKey = readOaepPublicKey(init.rsaPublicKeyPem);
  if (!publicKey) throw new Error('no identity key');
  const wrappedKey = sealOaep(publicKey, key).toString('base64');
  return kms.call('POST', '/session/key-exchange', {
    body: { sessionId: sessionId ?? init.sessionId, wrappedKey },
    headers: { 'x-client-token': token },
  });
}

export async function openTestSession(kms: TestKms, token = randomToken()): Promise<TestSession> {
  const secret = Secret.random(32);
  const answer = await exchange(kms, token, secret);
  const { sessionId, expiresAt, confirmation } = keyExchangeReply.parse(answer.data);
  const keys = sessionKeysOf(secret);
  const confirmed = replyHeader.parse(openJwe(keys.server, confirmation)?.header);
  if (confirmed.sid !== sessionId || confirmed.seq !== 0) throw new Error('not confirmed');

  const session: TestSession = {
    id: sessionId,
    keys,
    token,
    seq: 0,
    expiresAt,
    message(method, path, { body, bearer, seq, header, key = keys.client } = {}) {
      const authorization = bearer === undefined ? undefined : `Bearer ${bearer}`;
      const about = { sid: sessionId, seq: seq ?? ++session.seq, htm: method, htu: path, ...header };
      return sealJwe(key, about, Buffer.from(JSON.stringify({ authorization, body })));
    },
    sendText(method, path, text, shown = session.token) {
      return sendMessage(kms, method, path, text, shown);
    },
    async call(method, path, message = {}) {
      const seq = message.seq ?? ++session.seq;
      const answer = await session.sendText(method, path, session.message(method, path, { ...message, seq }));
      const opened = openJwe(keys.server, answer.text);
      if (!opened) {
        return { status: answer.status, data: {}, code: answer.code, json: {}, text: answer.text };
      }
      const header = replyHeader.parse(opened.header);
      const about = { sid: header.sid, seq: header.seq, htm: header.htm, htu: header.htu };
      const asked = { sid: sessionId, seq, htm: method, htu: path };
      if (JSON.stringify(about) !== JSON.stringify(asked)) throw new Error('a reply to something else');
      const json = JSON.parse(opened.plaintext.toString()) as Record<string, unknown> & {
        data?: Record<string, unknown>;
        error?: { code: string };
      };
      return {
        status: header.status,
        data: json.data ?? {},
        code: json.error?.code,
        json,
        text: answer.text,
      };
    },
  };
  return session;
}

async function sendMessage(
  kms: TestKms,
  method: string,
  path: string,
  text: string,
  token: string,
): Promise<TestAnswer> {
  const isBodiless = method === 'GET' || method === 'DELETE';
  const response = await fetch(kms.address() + path, {
    method,
    headers: {
      connection: 'close',
      'x-client-token': token,
      ...(isBodiless ? { 'x-sealkeep-jwe': text } : { 'content-type': 'application/jose' }),
    },
    ...(isBodiless ? {} : { body: text }),
  });
  const body = await response.text();
  return {
    status: response.status,
    text: body,
    data: {},
    code: refusalOf(body) ?? TOO_LONG[response.status],
  };
}

/** A message in a header that no server reads to its end, which is refused before anything of ours sees it. */
const TOO_LONG: Readonly<Record<number, string>> = { 431: 'HEADER_TOO_LONG' };

/** The code of a refusal that is no message, in either shape. */
function refusalOf(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  const { error, details } = JSON.parse(text) as { error?: { code: string }; details?: string };
  return error?.code ?? details?.split(' ')[0];
}
