import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession, protocol } from '../test/electron.stub.ts';
import { FOREIGN_ADDRESSES } from '../test/support/foreign-addresses.ts';
import { registerAppProtocol, registerAppScheme, servePage } from './app-protocol.ts';

let folder: string;
let root: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sealkeep-page-'));
  root = path.join(folder, 'renderer');
  await mkdir(path.join(root, 'assets'), { recursive: true });
  await mkdir(path.join(folder, 'renderer-secret'));
  for (const name of ['index.html', 'assets/app.js', 'assets/app.css', 'assets/f.woff2', 'assets/i.svg']) {
    await writeFile(path.join(root, name), name);
  }
  for (const name of ['assets/app.js.map', 'notes.txt', '..odd.js', 'no-ending']) {
    await writeFile(path.join(root, name), 'x');
  }
  await writeFile(path.join(folder, 'outside.js'), 'outside');
  await writeFile(path.join(folder, 'renderer-secret', 'x.js'), 'outside');
});
afterAll(() => rm(folder, { recursive: true }));

const get = (pathname: string) => servePage(root, 'GET', `sealkeep-app://page${pathname}`);

test('STYLE 1: a scheme of our own: standard, secure, with fetch, and no other privilege', () => {
  registerAppScheme();
  expect(protocol.registerSchemesAsPrivileged.mock.calls).toEqual([
    [[{ scheme: 'sealkeep-app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]],
  ]);
  const session = createSession();
  registerAppProtocol(session as never, root);
  expect(session.protocol.handle.mock.calls[0]?.[0]).toBe('sealkeep-app');
});

test('STYLE 3: the policy is exactly the one of the checklist, on every answer', async () => {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  for (const answer of [await get('/index.html'), await get('/absent.js'), await get('/../outside.js')]) {
    expect(answer.headers.get('content-security-policy')).toBe(policy);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test.each([
  ['/index.html', 'text/html; charset=utf-8'],
  ['/assets/app.js', 'text/javascript; charset=utf-8'],
  ['/assets/app.js?v=1', 'text/javascript; charset=utf-8'],
  ['/assets/%61pp.css', 'text/css; charset=utf-8'],
  ['/assets/f.woff2', 'font/woff2'],
  ['/assets/i.svg', 'image/svg+xml'],
  ['/..odd.js', 'text/javascript; charset=utf-8'],
])('STYLE 1: served as what it is: %s', async (pathname, contentType) => {
  const answer = await get(pathname);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, contentType]);
});

test.each([
  '/',
  '/assets',
  '/assets/',
  '/absent.js',
  '/index.html/app.js',
  '/assets/app.js.map',
  '/notes.txt',
  '/no-ending',
  '/../outside.js',
  '/%2e%2e/outside.js',
  '/%2e%2e%2foutside.js',
  '/..%2foutside.js',
  '/..%5coutside.js',
  '/assets/..%2f..%2foutside.js',
  '/assets/%2e%2e/%2e%2e/outside.js',
  '/..%2frenderer-secret%2fx.js',
  '/%2fetc%2fpasswd',
  '/%00index.html',
  '/index.html%00.js',
  '/%E0%A4%A.js',
  '/C:%5cWindows%5cx.js',
  `/${'a'.repeat(400)}.js`,
])('STYLE 1: not served: %s', async (pathname) => {
  expect((await get(pathname)).status).toBe(404);
});

test.each(FOREIGN_ADDRESSES)('STYLE 1: nothing for another address: %s', async (url) => {
  expect((await servePage(root, 'GET', url)).status).toBe(403);
});

test.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('STYLE 1: reading only, no %s', async (method) => {
  expect((await servePage(root, method, 'sealkeep-app://page/index.html')).status).toBe(405);
});
