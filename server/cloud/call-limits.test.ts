import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAddressList } from '../platform/config/addresses.ts';
import { alice, cloudToken, startTestCloud, type TestCloud } from './testing/test-cloud.ts';

const MOST = 5;

let cloud: TestCloud;
beforeAll(async () => {
  const addresses = parseAddressList(['127.0.0.1', '192.0.2.0/24']);
  if (!addresses) throw new Error('no addresses');
  const config = { callsPerMinute: MOST, addresses, trustedProxies: ['127.0.0.1'] };
  cloud = await startTestCloud({ config });
});
afterAll(() => cloud.stop());

/** What calls of one kind are answered, until one is one too many. */
async function answers(address: string, path: string, token?: string): Promise<number> {
  for (let passed = 0; passed < 100; passed += 1) {
    const headers = { 'x-forwarded-for': address };
    const reply = await cloud.call('GET', path, { headers, ...(token === undefined ? {} : { token }) });
    if (reply.status !== 429) continue;
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await reply.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    return passed;
  }
  return Number.POSITIVE_INFINITY;
}

test('a token, a person and an address call so often and then wait', async () => {
  const tokens = await Promise.all(
    [1, 2, 3].map((jti) => cloudToken(alice, { claims: { sub: alice.id, email: alice.name, jti } })),
  );
  expect(await answers('192.0.2.1', '/shared-with-me', tokens[0])).toBe(MOST);
  expect(await answers('192.0.2.2', '/shared-with-me', tokens[1])).toBe(MOST);
  expect(await answers('192.0.2.3', '/shared-with-me', tokens[2])).toBe(0);
  expect(await answers('192.0.2.4', '/healthz')).toBe(2 * MOST);
  expect(await answers('192.0.2.5', '/shared-with-me', 'nonsense')).toBe(2 * MOST);
});
