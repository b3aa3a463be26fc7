import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An HTTP proxy that passes everything on, but for file contents: of each of those only as much as the test lets through. */
export interface Gate {
  readonly address: string;
  /** So many bytes of each content may have passed from now on. */
  letThrough(bytes: number): void;
  close(): Promise<void>;
}

/** Where whole files cross: a page's to its shell, and sealed ones to the cloud and back. */
const CONTENT = /^\/(?:bridge-content|upload|download)(?:\/|$)/;

/** @param target whom it stands in front of; left out, it is a browser's proxy and goes where the browser says. */
export async function startGate(target?: string): Promise<Gate> {
  let limit = 0;
  const waiting = new Set<() => void>();

  /** Passes on what may pass, and waits with the rest. */
  function held(): Transform {
    let passed = 0;
    let pass = (): void => undefined;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        pass = () => {
          if (passed >= limit) return;
          waiting.delete(pass);
          passed += chunk.length;
          done(null, chunk);
        };
        waiting.add(pass);
        pass();
      },
      destroy(error, done) {
        waiting.delete(pass);
        done(error);
      },
    });
  }

  async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', target ?? `http://${request.headers.host}`);
    const isContent = CONTENT.test(url.pathname);
    const host = target === undefined ? request.headers.host : url.host;
    const onward = send(url, { method: request.method, headers: { ...request.headers, host }, agent: false });
    // Whoever goes away on one side goes away on the other.
    response.on('close', () => onward.destroy());
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      onward.once('response', resolve).once('error', reject);
    });
    const sent = isContent ? pipeline(request, held(), onward) : pipeline(request, onward);
    const [answer] = await Promise.all([answered, sent]);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    await (isContent ? pipeline(answer, held(), response) : pipeline(answer, response));
  }

  const server = createServer((request, response) => {
    // A side that broke off: the other one has to say what that means to it.
    passOn(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  return {
    address: `http://127.0.0.1:${at.port}`,
    letThrough(bytes) {
      limit = bytes;
      for (const pass of [...waiting]) pass();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
