import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { codeOf } from '../../../core/durable/publish.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { TlsFiles } from '../config/tls.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM files; without them the server speaks plain HTTP. */
  readonly tls?: TlsFiles | undefined;
  /** The setting that chooses the port, for the sentence when it is taken. */
  readonly setting: string;
  /** A connection on which nothing moves for so long is closed; by default a minute. */
  readonly idleMs?: number;
  /** What has begun gets so long to finish once the server closes; by default five seconds. */
  readonly graceMs?: number;
}

export interface Listening {
  readonly port: number;
  /** Takes no new connections, lets what has begun finish for a while, and resolves when all is closed. */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 20_000;
const IDLE_MS = 60_000;
const GRACE_MS = 5_000;

/** @throws SealkeepError PORT_TAKEN. */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, tls, idleMs = IDLE_MS, graceMs = GRACE_MS } = options;
  const server: Server = tls
    ? createTlsServer(
        { cert: readFileSync(tls.certificate), key: readFileSync(tls.key), minVersion: 'TLSv1.2' },
        app,
      )
    : createServer(app);
  // An upload may take hours; only its beginning is on the clock, and that it goes on at all.
  server.requestTimeout = 0;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.setTimeout(idleMs);
  const sockets = connectionsOf(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const taken = codeOf(cause) === 'EADDRINUSE';
      reject(
        taken
          ? new SealkeepError('PORT_TAKEN', { address: `${host}:${port}`, name: options.setting }, { cause })
          : cause,
      );
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        // A client that stalls must not keep a server from stopping.
        const grace = setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, graceMs);
        server.close(() => {
          clearTimeout(grace);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** Every open connection; `closeAllConnections` leaves out those that are still in their TLS handshake. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}
