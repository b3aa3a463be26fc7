import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { INDEX, startShell, type TestShell } from './testing/start-shell.ts';

let shell: TestShell;
beforeAll(async () => {
  shell = await startShell();
});
afterAll(() => shell.close());

test('the page has the carrier before its own script', async () => {
  const answer = await shell.ask('GET', '/');
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  const scripts = [...answer.text.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, source]) => source);
  expect(scripts).toEqual(['/carrier.js', './assets/index-Abcd1234.js']);
  expect(answer.text.replace(/<script type="module" src="\/carrier.js"><\/script>\s*/, '')).toBe(INDEX);
});

test('scripts are served as such; only what has its hash in its name is kept by the browser', async () => {
  for (const [path, cache] of [
    ['/carrier.js', 'no-store'],
    ['/assets/index-Abcd1234.js', 'private, max-age=31536000, immutable'],
  ] as const) {
    const { status, headers } = await shell.ask('GET', path);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      cache,
    ]);
  }
});

test.each([
  '/../secret.js',
  '/..%2fsecret.js',
  '/%2e%2e/secret.js',
  '/%2e%2e%2fsecret.js',
  '/assets/../../secret.js',
  '/assets/..%2f..%2fsecret.js',
  '/..%5csecret.js',
  '//secret.js',
  '/%00/index.html',
  '/%ff',
  '/assets',
  '/assets/',
  '/assets/index-Abcd1234.js/',
  '/index-Abcd1234.js',
  '/notes.md',
  `/${'x'.repeat(300)}.js`,
])('%s is not there', async (path) => {
  const answer = await shell.ask('GET', path, await shell.enter());
  expect([answer.status, answer.json()]).toMatchObject([404, { error: { code: 'ROUTE_NOT_FOUND' } }]);
});

test('a page without an icon has none, which is no error', async () => {
  expect((await shell.ask('GET', '/favicon.ico')).status).toBe(204);
});

test('a browser that breaks off a download is no defect', async () => {
  await writeFile(path.join(shell.folder, 'page', 'large.js'), Buffer.alloc(32 << 20, 32));
  const sent = shell.begin('GET', '/large.js').end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.destroy();
  await once(response, 'close');
  expect((await shell.ask('GET', '/')).status).toBe(200);
  expect(shell.logged).toEqual([]);
});
