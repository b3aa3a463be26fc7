import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../../core/durable/sqlite.ts';
import { confirmed, kaclsCode, registerFrom } from '../../test/kms/people.ts';
import {
  PASSWORD,
  STEP_SECONDS,
  startTestKms,
  type TestKms,
  totpCode,
} from '../../test/kms/start-test-kms.ts';
import { parseAddressList } from '../platform/config/addresses.ts';
import type { KmsSchema } from './store/schema.ts';

const MOST = 20;
const LIMITED = { status: 429, code: 'RATE_LIMITED' };

let kms: TestKms;
let otpUri: string;

beforeAll(async () => {
  const addresses = parseAddressList(['127.0.0.1', '192.0.2.0/24']);
  if (!addresses) throw new Error('no addresses');
  // Tests say by themselves where their calls come from.
  kms = await startTestKms({ config: { callsPerMinute: MOST, addresses, trustedProxies: ['127.0.0.1'] } });
  const registered = await registerFrom(kms, 'ann', kms.setupCode());
  otpUri = String(registered.data['otp_uri']);
  expect((await confirmed(kms, 'ann', registered)).status).toBe(200);
});
afterAll(() => kms.close());

const from = (address: string, path: string, bearer?: string) =>
  kms.call('GET', path, { bearer, headers: { 'x-forwarded-for': address } });

async function newLogin(): Promise<string> {
  kms.advance(STEP_SECONDS);
  const login = { user: 'ann', password: PASSWORD, code: totpCode(otpUri, kms.now()) };
  return String((await kms.post('/login', login)).data['access_token']);
}

test('an address that calls too often waits; others do not, and whom the list keeps out is not counted', async () => {
  for (let count = 0; count < 2 * MOST; count += 1) {
    expect((await from('192.0.2.50', '/healthz')).status).toBe(200);
  }
  expect(await from('192.0.2.50', '/healthz')).toMatchObject(LIMITED);
  const headers = { 'x-forwarded-for': '192.0.2.50', connection: 'close' };
  const reply = await fetch(`${kms.address()}/healthz`, { headers });
  const wait = Number(reply.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  expect(await reply.json()).toMatchObject({
    error: { code: 'RATE_LIMITED', details: { retry_after: wait } },
  });
  expect((await from('192.0.2.51', '/healthz')).status).toBe(200);
  for (let count = 0; count < 2 * MOST + 1; count += 1) {
    expect((await from('198.51.100.1', '/healthz')).code).toBe('ADDRESS_REFUSED');
  }
});

test('a login that calls too often waits, and a person with several logins, wherever they are', async () => {
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    const bearer = await newLogin();
    for (let count = 0; count < MOST; count += 1) {
      expect((await from(address, '/logins', bearer)).status).toBe(200);
    }
    expect(await from(address, '/logins', bearer)).toMatchObject(LIMITED);
  }
  const bearer = await newLogin();
  expect(await from('192.0.2.3', '/logins', bearer)).toMatchObject(LIMITED);

  // The calls that carry the token in their body too; what floods leaves nothing in the audit log.
  const entries = async () => {
    const database = openSqlite<KmsSchema>(kms.config.databaseFile);
    const rows = await database.selectFrom('audit').select('seq').execute();
    await database.destroy();
    return rows.length;
  };
  const before = await entries();
  const body = { authentication: bearer, authorization: 'a.b.c', key: 'AAAA', reason: '' };
  const refused = await kms.post('/wrap', body);
  expect([refused.status, kaclsCode(refused)]).toEqual([429, 'RATE_LIMITED']);
  expect(await entries()).toBe(before);
});
