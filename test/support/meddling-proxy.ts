import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ProxyReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The connection breaks after so many bytes of the body, `stall` leaves it open and silent instead. */
  readonly cut?: { readonly after: number; readonly stall?: true };
}

/** What a test makes of a request: forward it, change its answer, or answer itself. */
export type Meddle = (request: SeenRequest, forward: () => Promise<ProxyReply>) => Promise<ProxyReply>;

export interface MeddlingProxy {
  readonly address: string;
  /** Everything that came so far. */
  readonly seen: SeenRequest[];
  /** From now on; undefined forwards everything. */
  meddle: Meddle | undefined;
  close(): Promise<void>;
}

/** A real HTTP server before another: it records what comes, and does with it what the test says. */
export async function startMeddlingProxy(target: () => string): Promise<MeddlingProxy> {
  const seen: SeenRequest[] = [];
  const proxy: { meddle: Meddle | undefined } = { meddle: undefined };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const one: SeenRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: headersOf(incoming),
      body: await bytesOf(incoming),
    };
    seen.push(one);
    const passOn = () => forward(target(), one);
    const reply = proxy.meddle ? await proxy.meddle(one, passOn) : await passOn();
    answer(response, reply);
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get meddle() {
      return proxy.meddle;
    },
    set meddle(meddle) {
      proxy.meddle = meddle;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, { status, headers, body, cut }: ProxyReply): void {
  response.writeHead(status, { ...headers });
  if (!cut) return void response.end(body);
  response.write(body.subarray(0, cut.after), () => {
    if (!cut.stall) response.destroy();
  });
}

function forward(target: string, { method, path, headers, body }: SeenRequest): Promise<ProxyReply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(target + path, {
      method,
      agent: false,
      headers: { ...headers, host: new URL(target).host, 'content-length': body.length },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const { statusCode: status = 0 } = incoming;
      bytesOf(incoming).then(
        (bytes) => resolve({ status, headers: headersOf(incoming), body: bytes }),
        reject,
      );
    });
    outgoing.end(body);
  });
}

/** Without what belongs to one connection only. */
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const { connection: _, 'transfer-encoding': __, 'keep-alive': ___, ...kept } = headers;
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)]));
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A reply of JSON. */
export function jsonReply(value: unknown, status = 200): ProxyReply {
  const body = Buffer.from(JSON.stringify(value));
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
    body,
  };
}

/** The same reply with other JSON in it. */
export function withJson(reply: ProxyReply, change: (json: never) => unknown): ProxyReply {
  return jsonReply(change(JSON.parse(reply.body.toString('utf8')) as never), reply.status);
}
