import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownHosts } from './door.ts';
import { startShell, type TestShell } from './testing/start-shell.ts';

let shell: TestShell;
let secrets: Readonly<Record<string, string>>;
let used: string;
let expired: string;
beforeAll(async () => {
  shell = await startShell();
  expired = shell.issueToken();
  shell.clock.ms += 10 * 60_000;
  used = shell.issueToken();
  await shell.ask('POST', '/admission', {}, { token: used });
  secrets = await shell.enter();
});
afterAll(() => shell.close());

/** Every route, with what it takes. `open` asks for no secret: it holds nothing, or takes one in its body. */
const ROUTES = [
  { method: 'GET', path: '/', open: true },
  { method: 'GET', path: '/carrier.js', open: true },
  { method: 'GET', path: '/assets/index-Abcd1234.js', open: true },
  { method: 'POST', path: '/admission', body: { token: 'x'.repeat(43) }, open: true },
  { method: 'POST', path: '/bridge/app.state', body: {} },
  { method: 'GET', path: '/bridge-events' },
  { method: 'POST', path: '/bridge-files', body: { files: [] } },
  {
    method: 'POST',
    path: '/bridge-folders',
    body: { draft: null, name: 'photos', entries: [], is_whole: false },
  },
  { method: 'POST', path: '/bridge-content/ticket', body: {} },
  { method: 'DELETE', path: '/bridge-content/ticket' },
  { method: 'POST', path: '/bridge-contents', body: [] },
  { method: 'POST', path: '/bridge-save', body: { job: 'job-1', output: 0 } },
  { method: 'GET', path: '/save/address', byCookie: true },
  { method: 'GET', path: '/no-such-path' },
];

const without = (name: string) => Object.fromEntries(Object.entries(secrets).filter(([key]) => key !== name));
const own = () => `127.0.0.1:${shell.port}`;

/** Callers that no route answers, whatever else they show, beside those of `outsiders.test.ts`. */
const OUTSIDERS: readonly [string, () => Record<string, string>, string][] = [
  ['another name of this machine', () => ({ origin: `http://localhost:${shell.port}` }), 'ORIGIN_REFUSED'],
  ['our address over TLS', () => ({ origin: `https://${own()}` }), 'ORIGIN_REFUSED'],
  ['another loopback address', () => ({ host: `127.0.0.2:${shell.port}` }), 'HOST_REFUSED'],
  ['a name that begins as ours', () => ({ host: `127.0.0.1:${shell.port}.evil.example` }), 'HOST_REFUSED'],
  ['a fetch from another site', () => ({ 'sec-fetch-site': 'cross-site' }), 'ORIGIN_REFUSED'],
  ['a fetch from another port', () => ({ 'sec-fetch-site': 'same-site' }), 'ORIGIN_REFUSED'],
  ['a request that nothing began', () => ({ 'sec-fetch-site': 'none' }), 'ORIGIN_REFUSED'],
  [
    'a frame of another site',
    () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }),
    'ORIGIN_REFUSED',
  ],
];

/** Callers that only what is open answers. */
const STRANGERS: readonly [string, () => Record<string, string>][] = [
  ['no cookie', () => without('cookie')],
  ['a wrong cookie', () => ({ ...secrets, cookie: `sealkeep-${shell.port}=${'x'.repeat(43)}` })],
  [
    'the cookie of another port',
    () => ({ ...secrets, cookie: String(secrets['cookie']).replace(/\d+/, '1') }),
  ],
  ['the cookie alone', () => without('x-sealkeep-page')],
  ['a wrong page secret', () => ({ ...secrets, 'x-sealkeep-page': 'x'.repeat(43) })],
  ['an empty page secret', () => ({ ...secrets, 'x-sealkeep-page': '' })],
  [
    'the secrets swapped',
    () => ({
      cookie: `sealkeep-${shell.port}=${secrets['x-sealkeep-page']}`,
      'x-sealkeep-page': String(secrets['cookie']),
    }),
  ],
];

const codeOf = (answer: { json(): unknown }) => (answer.json() as { error: { code: string } }).error.code;

describe.each(ROUTES)('$method $path', ({ method, path, body }) => {
  test.each(OUTSIDERS)('refuses %s', async (_name, headers, code) => {
    const answer = await shell.ask(method, path, { ...secrets, ...headers() }, body);
    expect([answer.status, codeOf(answer)]).toEqual([403, code]);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe.each(ROUTES.filter(({ open }) => !open))('$method $path', ({ method, path, body, byCookie }) => {
  test.each(STRANGERS)('refuses a caller with %s', async (_name, headers) => {
    const isEnough = byCookie && String(headers()['cookie']) === secrets['cookie'];
    const answer = await shell.ask(method, path, headers(), body);
    expect([answer.status, codeOf(answer)]).toEqual(
      isEnough ? [404, 'ROUTE_NOT_FOUND'] : [403, 'LAUNCH_SECRET_REFUSED'],
    );
  });
});

test.each([
  ['used', () => used],
  ['expired', () => expired],
  ['made up', () => 'x'.repeat(43)],
  ['the page secret', () => String(secrets['x-sealkeep-page'])],
])('a token that is %s opens nothing', async (_name, token) => {
  const answer = await shell.ask('POST', '/admission', {}, { token: token() });
  expect([answer.status, codeOf(answer)]).toEqual([403, 'LAUNCH_SECRET_REFUSED']);
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test.each(['none', 'cross-site', 'same-origin'])(
  'the page itself may be navigated to (Sec-Fetch-Site: %s): a typed address, the redirecting file, a reload',
  async (site) => {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await shell.ask('GET', '/', headers)).status).toBe(200);
    const elsewhere = await shell.ask('GET', '/save/address', { ...secrets, ...headers });
    expect(elsewhere.status).toBe(site === 'same-origin' ? 404 : 403);
  },
);

test.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])('goes by the name %s', async (name) => {
  const host = `${name}:${shell.port}`;
  const headers = {
    ...secrets,
    host,
    origin: `http://${host.toLowerCase()}`,
    'sec-fetch-site': 'same-origin',
  };
  expect((await shell.ask('POST', '/bridge/app.state', headers, {})).status).toBe(200);
});

test('on HTTP’s own port browsers name no port, on every other one they do', () => {
  expect(ownHosts(80)).toEqual(expect.arrayContaining(['127.0.0.1', 'localhost', '[::1]', '127.0.0.1:80']));
  expect(ownHosts(8080)).toEqual(['127.0.0.1:8080', 'localhost:8080', '[::1]:8080']);
});

test('every answer carries the policy, and no caller is told more than it may know', async () => {
  for (const [path, headers] of [
    ['/', {}],
    ['/no-such-path', {}],
    ['/no-such-path', secrets],
    ['/', { host: 'evil.example' }],
  ] as const) {
    const answer = await shell.ask('GET', path, headers);
    expect(answer.headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  }
});
