import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../../../shared/limits.ts';
import { parseAddressList } from '../config/addresses.ts';
import { createLogger } from '../logging.ts';
import { createCallLimits } from './call-limits.ts';
import { createHttpApp } from './create-http-app.ts';
import { anyone, endpoint } from './endpoint.ts';
import { type Listening, listen } from './listen.ts';

let listening: Listening;
beforeAll(async () => {
  const addresses = parseAddressList(['127.0.0.1']);
  if (!addresses) throw new Error('no addresses');
  const answering = (path: string) =>
    endpoint({ method: 'post', path, guard: anyone, handle: async () => 'read' });
  const app = createHttpApp({
    door: { addresses, hosts: [] },
    trustedProxies: [],
    limits: createCallLimits(0),
    batchPaths: ['/many'],
    endpoints: ['/many', '/many/more', '/manyfold'].map(answering),
    logger: createLogger('none', 'silent', { write: () => true }),
  });
  listening = await listen(app, { host: '127.0.0.1', port: 0, settings: 'KMS' });
});
afterAll(() => listening.close());

function post(path: string, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  return fetch(`http://127.0.0.1:${listening.port}${path}`, { method: 'POST', headers, body });
}

test('replies and refusals say how they are to be treated, and name the request', async () => {
  for (const path of ['/many', '/nowhere']) {
    const { headers } = await post(path, '{}');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{22}$/);
  }
});

test.each([
  ['/many', 200],
  ['/MANY/', 200],
  ['/many/more', 200],
  ['/manyfold', 413],
])('%s answers a batch %i', async (path, status) => {
  const body = JSON.stringify({ text: 'x'.repeat(LIMITS.jsonBody) });
  expect((await post(path, body)).status).toBe(status);
});
