import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestSession, type TestSession } from '../../../test/kms/session-client.ts';
import { startTestKms, type TestKms } from '../../../test/kms/start-test-kms.ts';

let kms: TestKms;
let session: TestSession;
let other: TestSession;
beforeAll(async () => {
  kms = await startTestKms();
  session = await openTestSession(kms);
  other = await openTestSession(kms);
});
afterAll(() => kms.close());

const AES = { algorithm: 'AES-256-GCM' };
const ED = { algorithm: 'Ed25519' };
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');
const call = (path: string, body: object, token = session.token) =>
  kms.call('POST', `/crypto/${path}`, { body, headers: { 'x-client-token': token } });

test('what one call encrypts another decrypts, with its additional data only', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 50 }),
      async (bytes, aad) => {
        const sealed = (await call('encrypt', { ...AES, plaintext: base64(bytes), aad: base64(aad) })).data;
        expect(Object.keys(sealed).sort()).toEqual(['ciphertext', 'iv', 'tag']);
        const opened = await call('decrypt', { ...AES, ...sealed, aad: base64(aad) });
        expect(opened.data).toEqual({ plaintext: base64(bytes) });
        const wrong = await call('decrypt', { ...AES, ...sealed, aad: base64(Uint8Array.of(...aad, 1)) });
        expect([wrong.status, wrong.code]).toEqual([400, 'CIPHERTEXT_REFUSED']);
      },
    ),
    { numRuns: 10 },
  );
});

test('another session decrypts nothing of it, the same after a restart does', async () => {
  const { data } = await call('encrypt', { ...AES, plaintext: base64('mine') });
  expect((await call('decrypt', { ...AES, ...data }, other.token)).code).toBe('CIPHERTEXT_REFUSED');
  await kms.restart();
  expect((await call('decrypt', { ...AES, ...data })).data).toEqual({ plaintext: base64('mine') });
});

test('a session signs with one pair of its own, also after a restart', async () => {
  const data = base64('to be signed');
  const signed = await Promise.all([call('sign', { ...ED, data }), call('sign', { ...ED, data })]);
  const [{ signature, publicKey }] = signed.map((answer) => answer.data) as [Record<string, string>];
  expect(signed[1]?.data).toEqual(signed[0]?.data);
  await kms.restart();
  expect((await call('sign', { ...ED, data })).data).toEqual({ signature, publicKey });
  const foreign = await call('sign', { ...ED, data }, other.token);
  expect(foreign.data['publicKey']).not.toBe(publicKey);

  const verify = async (more: object) =>
    (await call('verify', { ...ED, data, signature, publicKey, ...more }, other.token)).data['valid'];
  expect(await verify({})).toBe(true);
  expect(await verify({ data: base64('to be signec') })).toBe(false);
  expect(await verify({ publicKey: foreign.data['publicKey'] })).toBe(false);
  expect(await verify({ signature: foreign.data['signature'] })).toBe(false);
});

test('inside the session as well', async () => {
  const sealed = await session.call('POST', '/crypto/encrypt', { body: { ...AES, plaintext: base64('in') } });
  expect((await call('decrypt', { ...AES, ...sealed.data })).data).toEqual({ plaintext: base64('in') });
});

test.each([
  ['encrypt', { algorithm: 'AES-128-GCM', plaintext: '' }],
  ['encrypt', { ...AES, plaintext: 'not base64!' }],
  ['decrypt', { ...AES, ciphertext: '', iv: base64('short'), tag: base64('x'.repeat(16)) }],
  ['decrypt', { ...AES, ciphertext: '', iv: base64('x'.repeat(12)), tag: base64('x'.repeat(12)) }],
  ['sign', { algorithm: 'EdDSA', data: '' }],
  ['verify', { ...ED, data: '', signature: base64('x'.repeat(63)), publicKey: base64('x'.repeat(32)) }],
])('/crypto/%s refuses %j', async (path, body) => {
  expect((await call(path, body)).code).toBe('REQUEST_INVALID');
});

test.each(['encrypt', 'decrypt', 'sign', 'verify'])('/crypto/%s asks for a live session', async (path) => {
  expect((await call(path, {}, 'an-unknown-client-token')).code).toBe('SESSION_ENDED');
  expect((await kms.post(`/crypto/${path}`, {})).code).toBe('REQUEST_INVALID');
});
