// biome-ignore lint/style/noRestrictedImports: it stands between node:crypto and the product, which knows nothing of it
import crypto from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { RECORD_SETTING, type RecordLine } from './record.ts';

/**
 * Imported into a shell before its own code (`node --import`), by tests only: writes down every key and token that any
 * of its threads makes, and all that crosses the bridge, so that a test can look for the ones in the other and elsewhere.
 */
const file = process.env[RECORD_SETTING];

function record(line: RecordLine): void {
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

const base64 = (bytes: string | NodeJS.ArrayBufferView | ArrayBuffer) => {
  if (typeof bytes === 'string') return Buffer.from(bytes).toString('base64');
  const view = ArrayBuffer.isView(bytes) ? bytes : new Uint8Array(bytes);
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('base64');
};

/** The functions that led here, the innermost first. */
function callers(): string {
  const lines = new Error().stack?.split('\n').slice(3) ?? [];
  return lines.map((line) => /at (?:async |new )*([\w.$<>]+) /.exec(line)?.[1] ?? '').join(' ');
}

function watchCrypto(): void {
  const { randomBytes, createSecretKey } = crypto;
  Object.assign(crypto, {
    randomBytes(length: number, callback?: (error: Error | null, bytes: Buffer) => void) {
      if (callback) return randomBytes(length, callback);
      const bytes = randomBytes(length);
      const made = callers();
      // A token is used as its text; what is neither it nor a key is public: ids, salts, nonces.
      if (made.startsWith('randomToken')) record({ secret: base64(bytes.toString('base64url')), made });
      if (/^\w+\.random /.test(made)) record({ secret: base64(bytes), made });
      return bytes;
    },
    createSecretKey(key: string | NodeJS.ArrayBufferView, encoding?: BufferEncoding) {
      record({ secret: base64(key), made: `createSecretKey ${callers()}` });
      return typeof key === 'string' ? createSecretKey(key, encoding ?? 'utf8') : createSecretKey(key);
    },
  });
  syncBuiltinESMExports();
  const { subtle } = globalThis.crypto;
  const sign = subtle.sign.bind(subtle);
  Object.defineProperty(subtle, 'sign', {
    async value(...parameters: Parameters<typeof sign>) {
      const signature = await sign(...parameters);
      const [, , data] = parameters;
      const signed = Buffer.from(base64(data as Uint8Array), 'base64').toString('latin1');
      record({ secret: base64(`${signed}.${Buffer.from(signature).toString('base64url')}`), made: 'sign' });
      return signature;
    },
  });
}

/** The page's requests and their answers, headers too. */
function watchBridge(): void {
  let requests = 0;
  const current = new WeakMap<Socket, { readonly request: number; readonly url: string }>();
  subscribe('http.server.request.start', (message) => {
    const { request, socket } = message as {
      readonly request: IncomingMessage;
      readonly response: ServerResponse;
      readonly socket: Socket;
    };
    const isKnown = current.has(socket);
    requests += 1;
    const about = { request: requests, url: request.url ?? '' };
    current.set(socket, about);
    record({ bytes: base64(`${request.url}\n${request.rawHeaders.join('\n')}\n`), way: 'in', ...about });
    const push = request.push.bind(request);
    request.push = (chunk, encoding) => {
      if (chunk !== null) record({ bytes: base64(chunk), way: 'in', ...about });
      return push(chunk, encoding);
    };
    if (isKnown) return;
    const write = socket.write.bind(socket) as (...parameters: unknown[]) => boolean;
    Object.assign(socket, {
      write(chunk: string | Uint8Array, ...rest: unknown[]) {
        const bytes =
          typeof chunk === 'string' ? Buffer.from(chunk, rest[0] === 'latin1' ? 'latin1' : 'utf8') : chunk;
        record({ bytes: base64(bytes), way: 'out', ...(current.get(socket) ?? about) });
        return write(chunk, ...rest);
      },
    });
  });
}

watchCrypto();
if (isMainThread) watchBridge();
