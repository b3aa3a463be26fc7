import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is sent as it comes and has to give exactly `length` bytes. */
  readonly body?: Uint8Array | { readonly stream: Readable; readonly length: number };
  readonly signal?: AbortSignal | undefined;
  /** How long nothing may move in either direction before it counts as a time-out. */
  readonly idleTimeoutMs: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** Sends one request and gives the reply once its headers are there. Redirects are replies like any other. */
export type Transport = (request: HttpRequest) => Promise<HttpReply>;

export class IdleTimeoutError extends Error {}

/**
 * How long a connection is kept for the next call. Without a limit of its own, Node's agent does not heed the one that
 * the server announces (5 s), and a call that comes as the server closes the connection is lost.
 */
const KEPT_MS = 60_000;

/** HTTP over connections that are kept for the next call; they do not keep the process alive. */
export function createTransport(): { send: Transport; close(): void } {
  const plain = new Agent({ keepAlive: true, timeout: KEPT_MS });
  const tls = new TlsAgent({ keepAlive: true, timeout: KEPT_MS, minVersion: 'TLSv1.2' });
  return {
    send: (request) => send(request, plain, tls),
    close() {
      plain.destroy();
      tls.destroy();
    },
  };
}

function send(request: HttpRequest, plain: Agent, tls: TlsAgent): Promise<HttpReply> {
  const { method, url, headers, body, signal } = request;
  const length = body instanceof Uint8Array ? body.length : body?.length;
  const options = {
    method,
    headers: { ...headers, ...(length === undefined ? {} : { 'content-length': length }) },
    ...(signal ? { signal } : {}),
  };
  return new Promise((resolve, reject) => {
    const outgoing = url.startsWith('https:')
      ? httpsRequest(url, { ...options, agent: tls })
      : httpRequest(url, { ...options, agent: plain });
    let reply: IncomingMessage | undefined;
    outgoing.setTimeout(request.idleTimeoutMs, () => {
      // The reply first: destroying the request alone tells whoever reads the reply that the connection broke.
      const error = new IdleTimeoutError();
      reply?.destroy(error);
      outgoing.destroy(error);
    });
    // Not once: a request may fail again after its reply has come, and nobody else listens.
    outgoing.on('error', reject);
    outgoing.once('response', (incoming) => {
      reply = incoming;
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming });
    });
    if (body && !(body instanceof Uint8Array)) pipeline(body.stream, outgoing).catch(reject);
    else outgoing.end(body);
  });
}
