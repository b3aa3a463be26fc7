import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from 'pino';
import { codeOf } from '../../../core/durable/publish.ts';
import type { Schedule } from '../../../core/schedule.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { SettingsPrefix, TlsFiles } from '../config/tls.ts';
import { readTlsFiles } from './read-tls-files.ts';
import { watchTlsFiles } from './watch-tls-files.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM files; without them the server speaks plain HTTP. */
  readonly tls?: TlsFiles | undefined;
  /** What the settings that say all this begin with, for the sentence when one can't be used. */
  readonly settings: SettingsPrefix;
  /** A connection on which nothing moves for so long is closed; by default a minute. */
  readonly idleMs?: number;
  /** What has begun gets so long to finish once the server closes; by default five seconds. */
  readonly graceMs?: number | undefined;
  /** Told of certificates that were renewed, or that cannot be used. */
  readonly logger?: Pick<Logger, 'info' | 'warn'> | undefined;
  readonly schedule?: Schedule | undefined;
}

export interface Listening {
  readonly port: number;
  /** Takes no new connections, lets what has begun finish for a while, and resolves when all is closed. */
  close(): Promise<void>;
}

const TLS = { minVersion: 'TLSv1.2' } as const;
const HEADERS_TIMEOUT_MS = 20_000;
const IDLE_MS = 60_000;
const GRACE_MS = 5_000;
/** How often a server that closes looks for connections that have become idle. */
const SWEEP_MS = 20;

/** @throws SealkeepError PORT_TAKEN, or CONFIG_INVALID naming the setting of a place or a file that can't be used. */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, tls, idleMs = IDLE_MS, graceMs = GRACE_MS } = options;
  const { server, unwatch } = tls ? tlsServer(app, tls, options) : plainServer(app);
  // An upload may take hours; only its beginning is on the clock, and that it goes on at all.
  server.requestTimeout = 0;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.setTimeout(idleMs);
  const sockets = connectionsOf(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(listenError(cause, options)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        unwatch();
        // A client that stalls must not keep a server from stopping.
        const grace = setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, graceMs);
        // What has its answer by now goes; a client would keep its connection for a next call.
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
        server.close(() => {
          clearTimeout(grace);
          clearInterval(sweep);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

interface Made {
  readonly server: Server;
  readonly unwatch: () => void;
}

function plainServer(app: RequestListener): Made {
  return { server: createServer(app), unwatch: () => undefined };
}

function tlsServer(app: RequestListener, files: TlsFiles, options: ListenOptions): Made {
  const { settings, logger, schedule } = options;
  const present = readTlsFiles(files, settings);
  const server = createTlsServer({ ...present, ...TLS }, app);
  const unwatch = watchTlsFiles({
    files,
    settings,
    present,
    schedule,
    renewed(content) {
      server.setSecureContext({ ...content, ...TLS });
      logger?.info({ certificate: files.certificate }, 'a renewed certificate is in use');
    },
    refused: (reason) =>
      logger?.warn({ reason }, 'a renewed certificate cannot be used; the one before stays'),
  });
  return { server, unwatch };
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

/** The sentence's error of what the system said; anything else stays what it is. */
function listenError(cause: Error, { host, port, settings }: ListenOptions): Error {
  const invalid = (name: string, reason: string) =>
    new SealkeepError('CONFIG_INVALID', { name: `${settings}_${name}`, reason }, { cause });
  switch (codeOf(cause)) {
    case 'EADDRINUSE':
      return new SealkeepError(
        'PORT_TAKEN',
        { address: `${host}:${port}`, name: `${settings}_PORT` },
        { cause },
      );
    case 'EACCES':
      return invalid('PORT', `the system does not let this account listen on port ${port}`);
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return invalid('HOST', `${host} is no address of this machine`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return invalid('HOST', `no address is found for ${host}`);
    default:
      return cause;
  }
}
