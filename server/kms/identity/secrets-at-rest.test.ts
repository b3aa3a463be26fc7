import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../../../core/durable/sqlite.ts';
import {
  enrol,
  PASSWORD,
  startTestKms,
  type TestKms,
  totpCode,
  totpSecretOf,
  wrongTotpCode,
} from '../../../test/kms/start-test-kms.ts';
import type { KmsSchema } from '../store/schema.ts';

const DEVICE = 'd'.repeat(43);
const WRONG = 'an entirely wrong password';
const NEXT = 'the password after that one';

let kms: TestKms;
beforeAll(async () => {
  kms = await startTestKms();
});
afterAll(() => kms.close());

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function decodeBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** A secret as it could lie anywhere: as text, raw where it encodes bytes, and as hex and base64 of both. */
function spellings(secret: string, decode?: (text: string) => Buffer): Buffer[] {
  const raw = [Buffer.from(secret), ...(decode ? [decode(secret)] : [])];
  return raw.flatMap((bytes) => [
    bytes,
    Buffer.from(bytes.toString('hex')),
    Buffer.from(bytes.toString('base64').replace(/=+$/, '')),
  ]);
}

test('a life leaves no secret in database, audit log or log, and every decision in the audit log', async () => {
  const fromBase64url = (text: string) => Buffer.from(text, 'base64url');
  const person = await enrol(kms, 'anna', DEVICE);
  const { confirmed, otpUri, ticket } = person;
  const used = totpCode(otpUri, kms.now(), -1);
  const wrong = wrongTotpCode(otpUri, kms.now());

  await kms.call('GET', `/otp-qr/anna?ticket=${ticket}`);
  await kms.post('/register', { user: 'anna', password: PASSWORD });
  await kms.post('/register/confirm', { user: 'anna', enrolment_ticket: ticket, code: used });
  await kms.post('/login', { user: 'anna', password: WRONG, code: used });
  await kms.post('/login', { user: 'anna', password: PASSWORD, code: wrong, device: DEVICE });
  const right = { password: PASSWORD, code: totpCode(otpUri, kms.now(), 0), device: DEVICE };
  const entered = (await kms.post('/login', { user: 'anna', ...right })).data;
  const recovery = { user: 'anna', password: PASSWORD, recovery_code: confirmed.recovery_codes[0] };
  await kms.post('/login', recovery);
  const renewed = (await kms.post('/refresh', { refresh_token: entered['refresh_token'] })).data;
  await kms.post('/refresh', { refresh_token: 'B'.repeat(43) });
  const bearer = String(renewed['access_token']);
  const change = { password: PASSWORD, new_password: NEXT };
  await kms.post('/password', { ...change, code: wrong }, bearer);
  const changed = (await kms.post('/password', { ...change, code: totpCode(otpUri, kms.now(), 1) }, bearer))
    .data;
  await kms.call('DELETE', '/logins/none', { bearer });
  await kms.post('/logout', { refresh_token: changed['refresh_token'] });

  const tokens = [
    ...[
      confirmed.refresh_token,
      entered['refresh_token'],
      renewed['refresh_token'],
      changed['refresh_token'],
    ],
    ticket,
    DEVICE,
  ].map(String);
  const secrets = [
    ...[PASSWORD, WRONG, NEXT, bearer, confirmed.access_token, confirmed.cloud_token].flatMap((one) =>
      spellings(one),
    ),
    ...spellings(totpSecretOf(otpUri), decodeBase32),
    ...tokens.flatMap((one) => spellings(one, fromBase64url)),
    ...confirmed.recovery_codes.flatMap((one) => [...spellings(one), ...spellings(one.replaceAll('-', ''))]),
  ];
  const places = { files: await kms.files(), log: Buffer.from(kms.log()) };
  expect(places.files.includes('anna')).toBe(true);
  expect(kms.log()).toContain('LOGIN_REFUSED');
  for (const [place, bytes] of Object.entries(places)) {
    const found = secrets.filter((secret) => bytes.includes(secret)).map(String);
    expect({ place, found }).toEqual({ place, found: [] });
  }

  await kms.restart();
  const database = openSqlite<KmsSchema>(kms.config.databaseFile);
  const rows = await database.selectFrom('audit').selectAll().orderBy('seq').execute();
  await database.destroy();
  expect(rows.map(({ actor, operation, code }) => [operation, actor, code])).toEqual([
    ['register', 'anna', null],
    ['confirm', 'anna', null],
    ['register', 'anna', 'USER_NAME_TAKEN'],
    ['login', 'anna', 'LOGIN_REFUSED'],
    ['login', 'anna', 'LOGIN_REFUSED'],
    ['login', 'anna', null],
    ['login', 'anna', null],
    ['refresh', 'anna', null],
    ['change-password', 'anna', 'LOGIN_REFUSED'],
    ['change-password', 'anna', null],
    ['end-login', 'anna', 'LOGIN_NOT_FOUND'],
    ['logout', 'anna', null],
    // A wrong ticket's code and a refresh token that was used: nobody had shown anything that holds.
    ['unknown-caller', '', 'AUTHENTICATION_INVALID'],
  ]);
  expect(rows.at(-1)?.count).toBe(2);
  for (const row of rows) expect(JSON.stringify(row)).not.toContain(used);
});
