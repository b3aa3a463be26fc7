import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DataFolderServers, serversOf } from '../server/embedded/data-folder-servers.ts';
import { LAUNCH_SECRET_HEADER } from '../shared/api/common.ts';
import { answerTo } from './testing/start-shell.ts';

/** The servers inside the app keep the same callers out as the shell's own door (`door.test.ts`). */
let folder: string;
let servers: DataFolderServers;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-door-'));
  servers = await serversOf(folder, new URL('../server/embedded/server-worker.ts', import.meta.url));
});
afterAll(async () => {
  await servers.close();
  await rm(folder, { recursive: true });
});

const ROUTES = {
  kms: [
    'GET /healthz',
    'GET /status',
    'POST /wrap',
    'POST /unwrap',
    'POST /register',
    'POST /login',
    'GET /session/init',
    'GET /nowhere',
  ],
  cloud: [
    'GET /healthz',
    'POST /resources',
    'POST /authorize',
    'POST /upload',
    'GET /list/ann',
    'GET /shares',
    'GET /nowhere',
  ],
} as const;

type Headers = Readonly<Record<string, string>>;

const OUTSIDERS: readonly [string, (secret: Headers, port: number) => Headers, string][] = [
  ['a page of another origin', (secret) => ({ ...secret, origin: 'https://evil.example' }), 'ORIGIN_REFUSED'],
  [
    'a page of this machine',
    (secret, port) => ({ ...secret, origin: `http://127.0.0.1:${port}` }),
    'ORIGIN_REFUSED',
  ],
  ['a page of no origin', (secret) => ({ ...secret, origin: 'null' }), 'ORIGIN_REFUSED'],
  ['a rebound name', (secret, port) => ({ ...secret, host: `evil.example:${port}` }), 'HOST_REFUSED'],
  ['our name with another port', (secret) => ({ ...secret, host: '127.0.0.1:1' }), 'HOST_REFUSED'],
  ['no launch secret', () => ({}), 'LAUNCH_SECRET_REFUSED'],
  ['a wrong launch secret', () => ({ [LAUNCH_SECRET_HEADER]: 'x'.repeat(43) }), 'LAUNCH_SECRET_REFUSED'],
];

describe.each(['kms', 'cloud'] as const)('the embedded %s', (service) => {
  const ask = async (route: string, headers: (secret: Headers, port: number) => Headers) => {
    const [method = '', target = ''] = route.split(' ');
    const { port } = new URL(servers.addresses[service]);
    const shown = headers({ [LAUNCH_SECRET_HEADER]: servers.launchSecret ?? '' }, Number(port));
    const sent = request({ host: '127.0.0.1', port, method, path: target, headers: shown, agent: false });
    sent.end();
    const answer = await answerTo(sent);
    return { status: answer.status, body: answer.json() as Record<string, unknown> };
  };

  test.each(OUTSIDERS)('refuses %s on every route', async (_name, headers, code) => {
    for (const route of ROUTES[service]) {
      const { status, body } = await ask(route, headers);
      // KACLS paths have errors of their own shape.
      expect([route, status, JSON.stringify(body)]).toEqual([route, 403, expect.stringContaining(code)]);
    }
  });

  test('lets its own app in', async () => {
    const { status } = await ask('GET /healthz', (secret) => secret);
    expect(status).toBe(200);
  });
});
