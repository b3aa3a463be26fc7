import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  request,
} from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Express } from 'express';
import pino from 'pino';
import { listen } from '../../server/platform/http/listen.ts';
import { createShellApp } from '../create-shell-app.ts';
import { ROUTES } from '../page/protocol.ts';
import { createMemoryApp, type MemoryApp } from './memory-app.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json(): unknown;
}

type Headers = Readonly<Record<string, string>>;

export interface TestShell {
  readonly address: string;
  readonly port: number;
  readonly handler: Express;
  readonly app: MemoryApp;
  readonly folder: string;
  /** Defects. */
  readonly logged: readonly string[];
  /** Goes forward only when told. */
  readonly clock: { ms: number };
  issueToken(onUsed?: () => void): string;
  /** How many event streams go on. */
  openStreams(): number;
  /** Any request at all, `Host` included. */
  begin(method: string, path: string, headers?: Headers): ClientRequest;
  ask(method: string, path: string, headers?: Headers, body?: unknown): Promise<Answer>;
  /** Headers that open everything: those of a page that exchanged a token. */
  enter(): Promise<Headers>;
  close(): Promise<void>;
}

export const INDEX = `<!doctype html>
<html lang="en">
  <head>
    <script type="module" crossorigin src="./assets/index-Abcd1234.js"></script>
  </head>
  <body><div id="root"></div></body>
</html>
`;

/** The shell over an app in memory, on a free port, with a page of its own. */
export async function startShell(graceMs = 60_000): Promise<TestShell> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-shell-'));
  const page = path.join(folder, 'page');
  await mkdir(path.join(page, 'assets'), { recursive: true });
  await writeFile(path.join(page, 'index.html'), INDEX);
  await writeFile(path.join(page, 'assets', 'index-Abcd1234.js'), 'export {};');
  await writeFile(path.join(page, 'notes.md'), 'not for serving');
  await writeFile(path.join(folder, 'carrier.js'), '"the carrier";');
  await writeFile(path.join(folder, 'secret.js'), 'beside the page');
  const app = createMemoryApp();
  const clock = { ms: 0 };
  const logged: string[] = [];
  const shell = createShellApp({
    app,
    assets: { page, carrier: path.join(folder, 'carrier.js') },
    logger: pino({ level: 'error' }, { write: (line) => void logged.push(line) }),
    now: () => clock.ms,
    graceMs,
  });
  let streams = 0;
  const counted: RequestListener = (request, response) => {
    if (request.url === ROUTES.events) {
      streams += 1;
      response.once('close', () => {
        streams -= 1;
      });
    }
    shell.handler(request, response);
  };
  const listening = await listen(counted, {
    host: '127.0.0.1',
    port: 0,
    settings: 'SEALKEEP_BROWSER',
  });
  const { port } = listening;
  const begin: TestShell['begin'] = (method, target, headers = {}) =>
    request({ host: '127.0.0.1', port, method, path: target, headers, agent: false });
  const ask: TestShell['ask'] = async (method, target, headers = {}, body) => {
    const isJson = body !== undefined;
    const sent = begin(method, target, isJson ? { 'content-type': 'application/json', ...headers } : headers);
    sent.end(isJson ? JSON.stringify(body) : undefined);
    return answerTo(sent);
  };
  return {
    address: `http://127.0.0.1:${port}`,
    port,
    handler: shell.handler,
    app,
    folder,
    clock,
    logged,
    issueToken: shell.issueToken,
    openStreams: () => streams,
    begin,
    ask,
    async enter() {
      const answer = await ask('POST', '/admission', {}, { token: shell.issueToken() });
      const { page_secret } = answer.json() as { page_secret: string };
      const [cookie = ''] = (answer.headers['set-cookie']?.[0] ?? '').split(';');
      return { cookie, 'x-sealkeep-page': page_secret, 'x-sealkeep-load': 'load-of-the-test' };
    },
    async close() {
      shell.close();
      await listening.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function answerTo(sent: ClientRequest): Promise<Answer> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: body,
    json: () => JSON.parse(body),
  };
}

/** Sends the request; once its answer has begun, reads its server-sent events one at a time. */
export async function listenTo(sent: ClientRequest): Promise<() => Promise<{ name: string; data: unknown }>> {
  const [response] = (await once(sent.end(), 'response')) as [IncomingMessage];
  const events = eventsOf(response);
  return async () => {
    const { value, done } = await events.next();
    if (done) throw new Error('the events ended');
    return value;
  };
}

async function* eventsOf(
  response: IncomingMessage,
): AsyncGenerator<{ name: string; data: unknown }, undefined> {
  let held = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const blocks = (held + chunk).split('\n\n');
    held = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      yield { name, data: JSON.parse(data) };
    }
  }
}
