import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAUNCH_SECRET_HEADER } from '../../shared/api/common.ts';
import { parseAddressList } from '../platform/config/addresses.ts';
import { startTestCloud, type TestCloud } from './testing/test-cloud.ts';

let cloud: TestCloud;
let elsewhere: TestCloud;
const launchSecret = 'the secret of this launch';
const shown = { [LAUNCH_SECRET_HEADER]: launchSecret };

beforeAll(async () => {
  const addresses = parseAddressList(['192.0.2.0/24']);
  if (!addresses) throw new TypeError('no address list');
  cloud = await startTestCloud({ config: { launchSecret } });
  elsewhere = await startTestCloud({ config: { addresses } });
});
afterAll(async () => {
  await cloud.stop();
  await elsewhere.stop();
});

/** `fetch` sets `Host` itself. */
function codeOf(port: number, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path: '/healthz', headers }, async (reply) => {
      const parts: Buffer[] = [];
      for await (const part of reply) parts.push(part as Buffer);
      const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as { error?: { code: string } };
      resolve(body.error?.code ?? 'ok');
    });
    call.on('error', reject);
    call.end();
  });
}

test.each([
  ['its own name', { ...shown, host: 'cloud.test' }, 'ok'],
  ['a rebound name', { ...shown, host: 'evil.test' }, 'HOST_REFUSED'],
  ['loopback with another port', { ...shown, host: '127.0.0.1:1' }, 'HOST_REFUSED'],
  ['a page', { ...shown, host: 'cloud.test', origin: 'https://evil.test' }, 'ORIGIN_REFUSED'],
  [
    'a page of its own name',
    { ...shown, host: 'cloud.test', origin: 'https://cloud.test' },
    'ORIGIN_REFUSED',
  ],
  ['no launch secret', { host: 'cloud.test' }, 'LAUNCH_SECRET_REFUSED'],
  ['a wrong one', { host: 'cloud.test', [LAUNCH_SECRET_HEADER]: 'x' }, 'LAUNCH_SECRET_REFUSED'],
])('%s', async (_name, headers, code) => {
  expect(await codeOf(cloud.port, headers as Record<string, string>)).toBe(code);
});

test('an address that is not listed', async () => {
  expect(await codeOf(elsewhere.port, { host: 'cloud.test', 'x-forwarded-for': '192.0.2.1' })).toBe(
    'ADDRESS_REFUSED',
  );
});
