import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serversOf } from '../server/embedded/data-folder-servers.ts';
import { LAUNCH_SECRET_HEADER } from '../shared/api/common.ts';
import { liveEndpoints } from '../test/support/live-endpoints.ts';
import { type LiveEndpoint, mountedIn } from '../test/support/mounted-in.ts';
import { startTestWorld } from '../test/support/test-world.ts';
import { answerTo, startShell } from './testing/start-shell.ts';

type Headers = Readonly<Record<string, string>>;

/** One of the three that listen while the app runs. */
interface Listener {
  readonly port: number;
  /** What its own app shows. */
  readonly secrets: Headers;
  /** Everything that it answers, as it is mounted, and something that it does not. */
  readonly endpoints: readonly LiveEndpoint[];
  /** Answers everyone who comes from where a page may: it holds nothing, or takes a secret in its body. */
  readonly open: readonly string[];
}

/** Who is refused, by bridge, embedded KMS and embedded cloud alike; what only the bridge asks is in `door.test.ts`. */
const CALLERS: readonly {
  readonly caller: string;
  headers(listener: Listener): Headers;
  readonly code: string;
}[] = [
  {
    caller: 'a page of another origin',
    headers: ({ secrets }) => ({ ...secrets, origin: 'https://evil.example' }),
    code: 'ORIGIN_REFUSED',
  },
  {
    caller: 'a page of no origin',
    headers: ({ secrets }) => ({ ...secrets, origin: 'null' }),
    code: 'ORIGIN_REFUSED',
  },
  {
    caller: 'a page of another port',
    headers: ({ secrets }) => ({ ...secrets, origin: 'http://127.0.0.1:1' }),
    code: 'ORIGIN_REFUSED',
  },
  {
    caller: 'a rebound host name',
    headers: ({ secrets, port }) => ({ ...secrets, host: `evil.example:${port}` }),
    code: 'HOST_REFUSED',
  },
  {
    caller: 'a rebound host name without port',
    headers: ({ secrets }) => ({ ...secrets, host: 'evil.example' }),
    code: 'HOST_REFUSED',
  },
  {
    caller: 'our host name with another port',
    headers: ({ secrets }) => ({ ...secrets, host: '127.0.0.1:1' }),
    code: 'HOST_REFUSED',
  },
  { caller: 'a caller without the secrets', headers: () => ({}), code: 'LAUNCH_SECRET_REFUSED' },
  {
    caller: 'a caller with made up secrets',
    headers: ({ secrets }) =>
      Object.fromEntries(
        Object.entries(secrets).map(([name, value]) => [name, value.replace(/[\w-]{43}$/, 'x'.repeat(43))]),
      ),
    code: 'LAUNCH_SECRET_REFUSED',
  },
];

const NOWHERE: LiveEndpoint = { method: 'GET', path: '/nowhere' };
const SERVICES = ['bridge', 'kms', 'cloud'] as const;
const listeners = new Map<string, Listener>();
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const shell = await startShell();
  const page = ['/', '/carrier.js', '/assets/index-Abcd1234.js'].map((file) => ({
    method: 'GET',
    path: file,
  }));
  listeners.set('bridge', {
    port: shell.port,
    secrets: await shell.enter(),
    endpoints: [...mountedIn(shell.handler), ...page, NOWHERE],
    open: [...page.map((one) => one.path), '/admission'],
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-door-'));
  const servers = await serversOf(folder, new URL('../server/embedded/server-worker.ts', import.meta.url));
  closing.push(shell.close, servers.close, () => rm(folder, { recursive: true }));
  const world = await startTestWorld();
  const mounted = await liveEndpoints(world);
  await world.close();
  for (const service of ['kms', 'cloud'] as const) {
    listeners.set(service, {
      port: Number(new URL(servers.addresses[service]).port),
      secrets: { [LAUNCH_SECRET_HEADER]: servers.launchSecret ?? '' },
      endpoints: [...mounted[service], NOWHERE],
      open: [],
    });
  }
});
afterAll(async () => {
  for (const close of closing) await close();
});

function listenerOf(service: string): Listener {
  const listener = listeners.get(service);
  if (!listener) throw new Error(`no ${service}`);
  return listener;
}

async function ask({ port }: Listener, endpoint: LiveEndpoint, headers: Headers) {
  const target = endpoint.path.replace(/:\w+/g, 'x');
  const { method } = endpoint;
  const sent = request({ host: '127.0.0.1', port, method, path: target, headers, agent: false });
  sent.end();
  return answerTo(sent);
}

describe.each(SERVICES)('the %s', (service) => {
  test.each(CALLERS)('refuses $caller everywhere', async ({ headers, code }) => {
    const listener = listenerOf(service);
    const isStranger = code === 'LAUNCH_SECRET_REFUSED';
    const asked = listener.endpoints.filter((one) => !isStranger || !listener.open.includes(one.path));
    expect(asked.length).toBeGreaterThan(5);
    for (const endpoint of asked) {
      const answer = await ask(listener, endpoint, headers(listener));
      // KACLS paths have errors of their own shape.
      const found = [endpoint, answer.status, answer.text.includes(code) ? code : answer.text];
      expect(found).toEqual([endpoint, 403, code]);
      const granted = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'));
      expect(granted).toEqual([]);
    }
  });

  test('knows its own app', async () => {
    const listener = listenerOf(service);
    const { status } = await ask(listener, NOWHERE, listener.secrets);
    expect(status).toBe(404);
  });
});
