import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishKeySet } from '../../../core/crypto/key-set.ts';
import type { Person } from '../identity/person.ts';
import { COMMON, FOREIGN, OWN, type Row } from './testing/decision-rows.ts';
import { createSigner, mint, type Signer } from './testing/mint.ts';
import { KMS_URL, startKeyService, type TestKeyService } from './testing/start-key-service.ts';

/** kacls.md §11.1, the rows on wrap and unwrap, over real HTTP: by foreign issuers, and by our own. */
type Claims = Readonly<Record<string, unknown>>;

const IDP = 'https://idp.example';
const DRIVE = 'https://drive.example';
const DEK = Buffer.alloc(32, 7).toString('base64');

let kms: TestKeyService;
let ann: Person;
let idp: Signer;
let drive: Signer;
let other: Signer;
let ownResource: string;

beforeAll(async () => {
  [idp, drive, other] = await Promise.all([createSigner(), createSigner(), createSigner()]);
  const domains = ['x.org'];
  kms = await startKeyService({
    issuers: {
      authentication: [
        { issuer: IDP, audience: ['kacls', 'kacls-mobile'], jwks: idp.jwks, domains, realm: 'example' },
        { issuer: 'https://idp.other', audience: 'kacls', jwks: other.jwks, domains, realm: 'other' },
      ],
      authorization: [
        { issuer: DRIVE, audience: 'cse-authorization', jwks: drive.jwks, realm: 'example' },
        {
          issuer: 'https://read.example',
          audience: 'cse-authorization',
          jwks: drive.jwks,
          realm: 'example',
          operations: ['unwrap'],
        },
      ],
    },
  });
  ann = await kms.addPerson('ann@example.org');
  await kms.addPerson('local@x.org');
  ownResource = kms.newResource(ann);
});
afterAll(() => kms.close());

const foreignAuthentication = (claims: Claims = {}, header: Claims = {}, signer = idp) =>
  mint(signer.key, header, { iss: IDP, aud: 'kacls', email: 'ann@x.org', ...kms.times(), ...claims });
const foreignAuthorization = (claims: Claims = {}, header: Claims = {}, signer = drive) =>
  mint(signer.key, header, {
    iss: DRIVE,
    aud: 'cse-authorization',
    email: 'ann@x.org',
    kacls_url: KMS_URL,
    role: 'writer',
    resource_name: 'doc',
    ...kms.times(),
    ...claims,
  });

async function wrappedKeyOf(authentication: string, authorization: string): Promise<string> {
  const reply = await kms.call('POST', '/wrap', { authentication, authorization, key: DEK });
  return String(reply.body['wrapped_key']);
}

async function play(row: Row, tokens: { authentication: string; authorization: string }, wrappedKey: string) {
  const before = (await kms.audit()).length;
  const operation = row.operation ?? 'wrap';
  const material = operation === 'wrap' ? { key: DEK } : { wrapped_key: wrappedKey };
  const reply = await kms.call('POST', `/${operation}`, { ...tokens, ...material, reason: row.name });
  const [entry, ...more] = (await kms.audit()).slice(before);
  expect(kms.codeOf(reply)).toBe(row.refusal?.[1]);
  expect(reply.status).toBe(row.refusal?.[0] ?? 200);
  if (row.refusal)
    expect(reply.body).toEqual({
      code: row.refusal[0],
      message: expect.any(String),
      details: expect.stringMatching(/^[A-Z_]+ \S{22}$/),
    });
  else if (operation === 'unwrap') expect(reply.body).toEqual({ key: DEK });
  expect(more).toEqual([]);
  expect(entry).toMatchObject({
    operation,
    reason: row.name,
    decision: row.refusal ? 'refused' : 'allowed',
    code: row.refusal?.[1] ?? null,
  });
}

describe('by foreign issuers', () => {
  it.each([...COMMON, ...FOREIGN])('$name', async (row) => {
    const wrapped =
      row.operation === 'unwrap'
        ? await wrappedKeyOf(await foreignAuthentication(), await foreignAuthorization())
        : '';
    await play(
      row,
      {
        authentication: await foreignAuthentication(row.authentication),
        authorization: await foreignAuthorization(row.authorization),
      },
      wrapped,
    );
  });

  it.each<[string, () => Promise<{ authentication: string; authorization: string }>, string]>([
    [
      'a kid of another issuer',
      async () => ({
        authentication: await foreignAuthentication({}, {}, other),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'another key under the right kid',
      async () => ({
        authentication: await foreignAuthentication({}, { kid: idp.key.kid }, other),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'the authorization issuer authenticates',
      async () => ({
        authentication: await foreignAuthentication({ iss: DRIVE }, {}, drive),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'an issuer of another realm',
      async () => ({
        authentication: await foreignAuthentication({ iss: 'https://idp.other' }, {}, other),
        authorization: await foreignAuthorization(),
      }),
      'REALM_MISMATCH',
    ],
    [
      'a foreign issuer with our cloud',
      async () => ({
        authentication: await foreignAuthentication(),
        authorization: await kms.authorizationOf(ann, { email: 'ann@x.org', resource_name: ownResource }),
      }),
      'REALM_MISMATCH',
    ],
    [
      'our person with a foreign authorization',
      async () => ({
        authentication: await kms.authenticationOf(ann),
        authorization: await foreignAuthorization({ email: ann.name }),
      }),
      'REALM_MISMATCH',
    ],
    [
      'an issuer that is not good for wrapping',
      async () => ({
        authentication: await foreignAuthentication(),
        authorization: await foreignAuthorization({ iss: 'https://read.example' }),
      }),
      'AUTHORIZATION_INVALID',
    ],
    [
      'alg none',
      async () => ({
        authentication: (await foreignAuthentication({}, { alg: 'none' })).replace(/[^.]+$/, ''),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'alg none with a signature',
      async () => ({
        authentication: await foreignAuthentication({}, { alg: 'none' }),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'no token at all',
      async () => ({ authentication: 'a.b.c', authorization: await foreignAuthorization() }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'alg HS256 under the public key',
      async () => ({ authentication: await hmacToken(), authorization: await foreignAuthorization() }),
      'AUTHENTICATION_INVALID',
    ],
    [
      'a critical header',
      async () => ({
        authentication: await foreignAuthentication({}, { crit: ['b64'], b64: false }),
        authorization: await foreignAuthorization(),
      }),
      'AUTHENTICATION_INVALID',
    ],
  ])('refuses %s', async (_name, tokens, code) => {
    const reply = await kms.call('POST', '/wrap', { ...(await tokens()), key: DEK });
    expect(kms.codeOf(reply)).toBe(code);
  });

  it('unwraps with the issuer that may only unwrap', async () => {
    const wrapped = await wrappedKeyOf(await foreignAuthentication(), await foreignAuthorization());
    const reply = await kms.call('POST', '/unwrap', {
      authentication: await foreignAuthentication(),
      authorization: await foreignAuthorization({ iss: 'https://read.example', role: 'reader' }),
      wrapped_key: wrapped,
    });
    expect(reply.body).toEqual({ key: DEK });
  });
});

describe('by our own', () => {
  const authentication = (claims: Claims = {}) => kms.authenticationOf(ann, claims);
  const authorization = (claims: Claims = {}) =>
    kms.authorizationOf(ann, { resource_name: ownResource, ...claims });

  it.each([...COMMON, ...OWN])('$name', async (row) => {
    const wrapped =
      row.operation === 'unwrap' ? await wrappedKeyOf(await authentication(), await authorization()) : '';
    await play(
      row,
      {
        authentication: await authentication(row.authentication),
        authorization: await authorization(row.authorization),
      },
      wrapped,
    );
  });

  it('refuses tokens in the place of each other', async () => {
    const [one, two] = [await authentication(), await authorization()];
    const reply = await kms.call('POST', '/wrap', { authentication: two, authorization: one, key: DEK });
    expect(kms.codeOf(reply)).toBe('AUTHENTICATION_INVALID');
    const same = await kms.call('POST', '/wrap', { authentication: one, authorization: one, key: DEK });
    expect(kms.codeOf(same)).toBe('AUTHORIZATION_INVALID');
  });

  it('refuses another typ by the same key', async () => {
    const claims = {
      iss: KMS_URL,
      aud: KMS_URL,
      sub: ann.id,
      lid: ann.loginId,
      email: ann.name,
      ...kms.times(),
    };
    const cloudToken = await mint(kms.installation.identity.key, { typ: 'sealkeep-cloud+jwt' }, claims);
    const reply = await kms.call('POST', '/wrap', {
      authentication: cloudToken,
      authorization: await authorization(),
      key: DEK,
    });
    expect(kms.codeOf(reply)).toBe('AUTHENTICATION_INVALID');
  });

  it('refuses a login that has ended, whatever its tokens say', async () => {
    const bob = await kms.addPerson('bob@example.org');
    const tokens = {
      authentication: await kms.authenticationOf(bob),
      authorization: await kms.authorizationOf(bob, { resource_name: kms.newResource(bob) }),
    };
    expect((await kms.call('POST', '/wrap', { ...tokens, key: DEK })).status).toBe(200);
    await kms.database.updateTable('logins').set({ ended_at: 1 }).where('id', '=', bob.loginId).execute();
    expect(kms.codeOf(await kms.call('POST', '/wrap', { ...tokens, key: DEK }))).toBe(
      'AUTHENTICATION_INVALID',
    );
  });
});

async function hmacToken(): Promise<string> {
  const [jwk] = publishKeySet([{ typ: 'JWT', key: idp.key }]).keys;
  const bytes = Buffer.from((jwk as { x: string }).x, 'base64url');
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const [header, payload] = (await foreignAuthentication({}, { alg: 'HS256' })).split('.');
  const signature = await crypto.subtle.sign('HMAC', key, Buffer.from(`${header}.${payload}`));
  return `${header}.${payload}.${Buffer.from(signature).toString('base64url')}`;
}

describe('a foreign realm', () => {
  it('gets one KEK at first need, however many ask at once', async () => {
    const service = await startKeyService({
      issuers: {
        authentication: [
          { issuer: IDP, audience: 'kacls', jwks: idp.jwks, domains: ['x.org'], realm: 'fresh' },
        ],
        authorization: [{ issuer: DRIVE, audience: 'cse-authorization', jwks: drive.jwks, realm: 'fresh' }],
      },
    });
    const tokens = {
      authentication: await foreignAuthentication(),
      authorization: await foreignAuthorization(),
    };
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => service.call('POST', '/wrap', { ...tokens, key: DEK })),
    );
    expect(replies.map((reply) => reply.status)).toEqual(Array(8).fill(200));
    const keks = await service.database.selectFrom('keks').select(['realm', 'owner_id']).execute();
    expect(keks.map((kek) => ({ ...kek }))).toEqual([{ realm: 'fresh', owner_id: null }]);
    const named = await service.call('POST', '/wrap', { ...tokens, key: DEK, key_id: 'x' });
    expect(service.codeOf(named)).toBe('REQUEST_INVALID');
    await service.close();
  });

  it('waits for an issuer that is down, and says so', async () => {
    const service = await startKeyService({
      issuers: {
        authentication: [
          {
            issuer: IDP,
            audience: 'kacls',
            jwks_uri: 'http://127.0.0.1:1/certs',
            domains: ['x.org'],
            realm: 'down',
          },
        ],
      },
    });
    const tokens = {
      authentication: await foreignAuthentication(),
      authorization: await foreignAuthorization(),
    };
    const reply = await service.call('POST', '/wrap', { ...tokens, key: DEK });
    expect([reply.status, service.codeOf(reply)]).toEqual([503, 'ISSUER_UNAVAILABLE']);
    expect(await service.audit()).toMatchObject([
      { decision: 'refused', code: 'ISSUER_UNAVAILABLE', actor: '' },
    ]);
    await service.close();
  });
});
