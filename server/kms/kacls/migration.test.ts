import { afterAll, beforeAll, expect, it } from 'vitest';
import { resourceKeyHash } from '../../../core/crypto/hash.ts';
import {
  type KeyServicePeer,
  startTwoKeyServices,
  type TwoKeyServices,
} from '../../../test/kms/two-key-services.ts';
import { readToken } from './testing/mint.ts';

/** kacls.md §6.5 from end to end, between two real KMS of ours. */
let two: TwoKeyServices;
let wrappedByOld: string;
const DEK = Buffer.alloc(34, 9);
const DOC = '//googleapis.com/drive/files/doc';

beforeAll(async () => {
  two = await startTwoKeyServices();
  wrappedByOld = await wrapAtOld(DOC);
});
afterAll(() => two.close());

async function wrapAtOld(resource: string): Promise<string> {
  const answer = await two.old.kms.post('/wrap', {
    authentication: await two.authentication(),
    authorization: await two.authorization(two.old, 'writer', resource),
    key: DEK.toString('base64'),
    reason: '',
  });
  return String(answer.data['wrapped_key']);
}

async function hashAt(at: KeyServicePeer, wrapped: unknown): Promise<unknown> {
  const answer = await at.kms.post('/digest', {
    authorization: await two.authorization(at, 'verifier', DOC),
    wrapped_key: wrapped,
  });
  return answer.data['resource_key_hash'];
}

const rewrap = async (wrapped = wrappedByOld) =>
  two.fresh.kms.post('/rewrap', {
    authorization: await two.authorization(two.fresh, 'migrator', DOC),
    original_kacls_url: two.old.url,
    reason: 'moving',
    wrapped_key: wrapped,
  });

/** The newest KACLS token that the old one was shown. */
function captured(): string {
  const asked = two.old.proxy.seen.filter(({ path }) => path === '/privilegedunwrap').at(-1);
  return JSON.parse(asked?.body.toString('utf8') ?? '').authentication;
}

it('a wrapped key of the old one becomes one of the new one, of the same hash', async () => {
  const moved = await rewrap();
  expect(moved.status).toBe(200);
  const hash = resourceKeyHash(DEK, DOC, '');
  expect(moved.data).toEqual({ resource_key_hash: hash, wrapped_key: expect.any(String) });
  expect(await hashAt(two.old, wrappedByOld)).toBe(hash);
  expect(await hashAt(two.fresh, moved.data['wrapped_key'])).toBe(hash);
  const opened = await two.fresh.kms.post('/unwrap', {
    authentication: await two.authentication(),
    authorization: await two.authorization(two.fresh, 'reader', DOC),
    wrapped_key: moved.data['wrapped_key'],
  });
  expect(opened.data).toEqual({ key: DEK.toString('base64') });
  // And neither takes the other's for its own.
  expect(await hashAt(two.fresh, wrappedByOld)).toBeUndefined();
  expect(await hashAt(two.old, moved.data['wrapped_key'])).toBeUndefined();
});

it('the token that the new one shows is for that resource, there, for five minutes', async () => {
  await rewrap();
  const { header, claims } = readToken(captured());
  expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
  const iat = Math.floor(two.fresh.kms.now().getTime() / 1000);
  expect(claims).toEqual({
    iss: two.fresh.url,
    aud: 'kacls-migration',
    kacls_url: two.old.url,
    resource_name: DOC,
    iat,
    exp: iat + 300,
  });
});

it('and is worth nothing elsewhere when it is captured', async () => {
  await rewrap();
  const secret = await wrapAtOld('another doc');
  const authentication = captured();
  const ask = (at: KeyServicePeer, resource_name: string, wrapped_key: string) =>
    at.kms.post('/privilegedunwrap', { authentication, reason: '', resource_name, wrapped_key });
  expect((await ask(two.old, DOC, wrappedByOld)).data).toEqual({ key: DEK.toString('base64') });
  // Bare errors of that API: our code stands first in `details`.
  const refusals = [
    await ask(two.old, 'another doc', secret),
    await ask(two.old, DOC, secret),
    await ask(two.fresh, DOC, wrappedByOld),
  ];
  expect(refusals.map(({ status, data }) => [status, String(data['details']).split(' ')[0]])).toEqual([
    [403, 'RESOURCE_MISMATCH'],
    [400, 'WRAPPED_KEY_INVALID'],
    [401, 'AUTHENTICATION_INVALID'],
  ]);
});

it("what the old one does not open is the old one's to say", async () => {
  const moved = await rewrap(Buffer.from('nothing that was wrapped').toString('base64'));
  expect([moved.status, String(moved.data['details']).split(' ')[0]]).toEqual([502, 'PEER_FAILED']);
});

it('the keys of a peer are fetched once, from nowhere else', async () => {
  await rewrap();
  await rewrap();
  expect(two.fresh.proxy.seen.map(({ path }) => path)).toEqual(['/certs']);
});
