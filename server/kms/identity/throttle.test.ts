import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  enrol,
  PASSWORD,
  startTestKms,
  type TestAnswer,
  type TestKms,
  totpCode,
  wrongTotpCode,
} from '../../../test/kms/start-test-kms.ts';

const DEVICE = 'd'.repeat(43);
const FREE = 5;

let kms: TestKms;
beforeAll(async () => {
  kms = await startTestKms();
});
afterAll(() => kms.close());

function fail(user: string, device?: string): Promise<TestAnswer> {
  return kms.post('/login', {
    user,
    password: 'not the password',
    code: '000000',
    ...(device ? { device } : {}),
  });
}

async function failTimes(count: number, user: string, device?: string): Promise<void> {
  for (let done = 0; done < count; done += 1) expect((await fail(user, device)).code).toBe('LOGIN_REFUSED');
}

function retryAfter(answer: TestAnswer): unknown {
  const { error } = JSON.parse(answer.text) as { error: { code: string; details: { retry_after?: number } } };
  expect(error.code).toBe('LOGIN_THROTTLED');
  return error.details.retry_after;
}

test('five failures are free, then each doubles the pause, up to 15 minutes, for any name', async () => {
  await enrol(kms, 'anna');
  for (const user of ['anna', 'nobody']) {
    await failTimes(FREE + 1, user);
    for (const pause of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      expect(retryAfter(await fail(user))).toBe(pause);
      kms.advance(pause - 1);
      expect(retryAfter(await fail(user))).toBe(1);
      kms.advance(1);
      await failTimes(1, user);
    }
  }
});

test('a pause also keeps out who knows everything, and success clears the count', async () => {
  const person = await enrol(kms, 'clara');
  await failTimes(FREE + 1, 'clara');
  const enter = () =>
    kms.post('/login', { user: 'clara', password: PASSWORD, code: totpCode(person.otpUri, kms.now(), 0) });
  expect(retryAfter(await enter())).toBe(1);
  kms.advance(1);
  expect((await enter()).status).toBe(200);
  await failTimes(FREE + 1, 'clara');
});

test('a restart forgets nothing, a quiet day does', async () => {
  await failTimes(FREE + 1, 'dora');
  await kms.restart();
  expect(retryAfter(await fail('dora'))).toBe(1);
  kms.advance(24 * 3600);
  await failTimes(FREE + 1, 'dora');
  expect(retryAfter(await fail('dora'))).toBe(1);
});

test('a clock that was ahead locks nobody out', async () => {
  kms.advance(365 * 24 * 3600);
  await failTimes(FREE + 1, 'emil');
  kms.advance(-365 * 24 * 3600);
  await failTimes(1, 'emil');
});

test('failures at the same moment all count, and no crowd slips past the pause', async () => {
  const crowd = await Promise.all(Array.from({ length: 20 }, () => fail('finn')));
  const codes = crowd.map((answer) => answer.code).sort();
  expect(codes.filter((code) => code === 'LOGIN_REFUSED')).toHaveLength(FREE + 1);
  expect(codes.filter((code) => code === 'LOGIN_THROTTLED')).toHaveLength(20 - FREE - 1);
});

test('strangers cannot lock out a device that has logged in before, nor does it spend their count', async () => {
  const person = await enrol(kms, 'gina', DEVICE);
  await enrol(kms, 'ben');
  await failTimes(FREE + 1, 'gina');
  expect(retryAfter(await fail('gina', 'e'.repeat(43)))).toBe(1);

  // To another account the device is a stranger like any.
  await failTimes(FREE + 1, 'ben');
  expect(retryAfter(await fail('ben', DEVICE))).toBe(1);
  await failTimes(FREE + 1, 'gina', DEVICE);
  expect(retryAfter(await fail('gina', DEVICE))).toBe(1);

  kms.advance(1);
  await failTimes(1, 'gina');
  const code = totpCode(person.otpUri, kms.now(), 0);
  const body = { user: 'gina', password: PASSWORD, code, device: DEVICE };
  expect((await kms.post('/login', body)).status).toBe(200);
  expect(retryAfter(await fail('gina'))).toBe(2);
});

test('the password endpoint has a count of its own', async () => {
  const person = await enrol(kms, 'hana');
  const bearer = person.confirmed.access_token;
  const change = (code: string) =>
    kms.post('/password', { password: PASSWORD, code, new_password: 'another good password' }, bearer);
  const wrong = wrongTotpCode(person.otpUri, kms.now());
  for (let count = 0; count <= FREE; count += 1) expect((await change(wrong)).code).toBe('LOGIN_REFUSED');
  const right = () => change(totpCode(person.otpUri, kms.now(), 1));
  expect(retryAfter(await right())).toBe(1);
  await failTimes(1, 'hana');
  kms.advance(1);
  expect((await right()).status).toBe(200);
});
