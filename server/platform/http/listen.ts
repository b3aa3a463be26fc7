import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
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
}

export interface Listening {
  readonly port: number;
  /** Takes no new connections, lets what has begun finish, and resolves when all is closed. */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 20_000;

/** @throws SealkeepError PORT_TAKEN. */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, tls } = options;
  const server: Server = tls
    ? createTlsServer(
        { cert: readFileSync(tls.certificate), key: readFileSync(tls.key), minVersion: 'TLSv1.2' },
        app,
      )
    : createServer(app);
  // An upload may take hours; only its beginning is on the clock.
  server.requestTimeout = 0;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
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
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
