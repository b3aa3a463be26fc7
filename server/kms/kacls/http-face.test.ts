import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kaclsErrorReply, statusReply } from '../../../shared/api/kms/kacls.ts';
import { startKeyService, type TestKeyService } from './testing/start-key-service.ts';

const CSE = 'https://client-side-encryption.google.com';
const PATHS = [
  ...['/wrap', '/unwrap', '/wrap/batch', '/unwrap/batch', '/digest', '/rewrap', '/delegate'],
  ...['/privilegedwrap', '/privilegedunwrap', '/status', '/certs'],
];
let kms: TestKeyService;

beforeAll(async () => {
  kms = await startKeyService();
});
afterAll(() => kms.close());

/** `fetch` lets nobody choose `Origin`, `Host` or an odd method. */
function send(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = '') {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const sent = request(`${kms.url}${path}`, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    },
  );
}
const JSON_TYPE = { 'content-type': 'application/json' };

describe('errors of the KACLS paths', () => {
  it.each<[string, string, string, Record<string, string>, string, number, string]>([
    ['GET on a POST path', 'GET', '/wrap', {}, '', 405, 'METHOD_NOT_ALLOWED'],
    ['POST on status', 'POST', '/status', JSON_TYPE, '{}', 405, 'METHOD_NOT_ALLOWED'],
    ['an odd method', 'PATCH', '/unwrap/batch', {}, '', 405, 'METHOD_NOT_ALLOWED'],
    ['GET on a call of key services', 'GET', '/privilegedunwrap', {}, '', 405, 'METHOD_NOT_ALLOWED'],
    ['no body', 'POST', '/rewrap', {}, '', 400, 'REQUEST_INVALID'],
    ['no JSON', 'POST', '/wrap', { 'content-type': 'text/plain' }, 'hello', 415, 'REQUEST_NOT_JSON'],
    ['malformed JSON', 'POST', '/wrap', JSON_TYPE, '{"key":', 400, 'REQUEST_INVALID'],
    ['JSON that is no object', 'POST', '/unwrap', JSON_TYPE, '[]', 400, 'REQUEST_INVALID'],
    ['no body', 'POST', '/wrap', {}, '', 400, 'REQUEST_INVALID'],
    [
      'more than a call takes',
      'POST',
      '/wrap',
      JSON_TYPE,
      `{"key":"${'A'.repeat(70_000)}"}`,
      413,
      'REQUEST_TOO_LARGE',
    ],
    [
      'more than a batch takes',
      'POST',
      '/wrap/batch',
      JSON_TYPE,
      `{"x":"${'A'.repeat(4_200_000)}"}`,
      413,
      'REQUEST_TOO_LARGE',
    ],
    ['a name in capitals', 'GET', '/WRAP/', {}, '', 405, 'METHOD_NOT_ALLOWED'],
    ['a path that is not there yet', 'GET', '/certs', {}, '', 404, 'ROUTE_NOT_FOUND'],
    ['another host', 'POST', '/wrap', { host: 'evil.test' }, '', 403, 'HOST_REFUSED'],
    ['another page', 'POST', '/wrap', { origin: 'https://evil.test' }, '', 403, 'ORIGIN_REFUSED'],
  ])('are structured: %s', async (_name, method, path, headers, body, status, code) => {
    const reply = await send(method, path, headers, body);
    expect(reply.status).toBe(status);
    const parsed = kaclsErrorReply.strict().parse(JSON.parse(reply.text));
    expect(parsed.code).toBe(status);
    expect(parsed.details).toMatch(new RegExp(`^${code} [\\w-]{22}$`));
  });

  it('are not the errors of our own endpoints', async () => {
    const reply = await send('GET', '/nothing');
    expect(JSON.parse(reply.text)).toMatchObject({ error: { code: 'ROUTE_NOT_FOUND' } });
  });
});

describe("Google's page", () => {
  it.each(PATHS)('may ask before it calls %s', async (path) => {
    const reply = await send('OPTIONS', path, { origin: CSE, 'access-control-request-method': 'POST' });
    expect(reply.status).toBe(204);
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': CSE,
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '600',
      vary: expect.stringContaining('Origin'),
    });
    expect(reply.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each<[string, string, Record<string, string>]>([
    ['an answer', '/status', {}],
    ['a refusal of the front door', '/status', { host: 'evil.test' }],
    ['a refusal of the router', '/wrap', {}],
  ])('can read %s', async (_name, path, headers) => {
    const reply = await send('GET', path, { origin: CSE, ...headers });
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': CSE,
      vary: expect.stringContaining('Origin'),
    });
  });

  it.each(['/grants', '/grants/x', '/', '/wrapx', '/wrap/batch/x'])('may not call %s', async (path) => {
    for (const method of ['OPTIONS', 'GET']) {
      const reply = await send(method, path, { origin: CSE });
      expect([reply.status, JSON.parse(reply.text).error.code]).toEqual([403, 'ORIGIN_REFUSED']);
      expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it.each(['https://evil.test', `${CSE}.evil.test`, 'http://client-side-encryption.google.com', 'null'])(
    'is not %s',
    async (origin) => {
      for (const path of PATHS) {
        const reply = await send('OPTIONS', path, { origin });
        expect(reply.status).toBe(403);
        expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
        expect(reply.headers).toMatchObject({ vary: expect.stringContaining('Origin') });
      }
    },
  );
});

describe('what it can do', () => {
  const ALWAYS = ['wrap', 'unwrap', 'delegate', 'digest'];

  async function operationsWith(options: Parameters<typeof startKeyService>[0]) {
    const service = await startKeyService(options);
    const reply = await service.call('GET', '/status');
    await service.close();
    expect(reply.status).toBe(200);
    const parsed = statusReply.strict().parse(reply.body);
    expect(parsed.server_type).toBe('KACLS');
    return parsed.operations_supported;
  }

  it.each<[string, Parameters<typeof startKeyService>[0], string[]]>([
    ['by itself', {}, []],
    ['with peers', { peers: ['https://old.test'] }, ['rewrap', 'privilegedunwrap']],
    ['with privileged callers', { privileged: ['ann'] }, ['privilegedwrap', 'privilegedunwrap']],
    [
      'with both',
      { peers: ['https://old.test'], privileged: ['ann'] },
      ['rewrap', 'privilegedwrap', 'privilegedunwrap'],
    ],
  ])('is what there is %s', async (_name, options, more) => {
    expect(await operationsWith(options)).toEqual([...ALWAYS, ...more]);
  });
});
